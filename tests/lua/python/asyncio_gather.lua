-- gather returns results in order; create_task takes functions and handles.
local asyncio = require "plait.asyncio"

local order = {}
local say = async.fn(function(what, seconds)
    await(asyncio.sleep(seconds))
    table.insert(order, what)
    return what
end)
local fail = async.fn(function() error({code = 5}) end)

local results = asyncio.gather(say("slow", 0.05), say("quick", 0.01))
print(results[1] .. " " .. results[2]) --> slow quick
print(table.concat(order, " ")) --> quick slow
print(#asyncio.gather{say("a", 0), say("b", 0), say("c", 0)}) --> 3
print(#asyncio.gather()) --> 0

local settled = asyncio.gather{say("fine", 0.01), fail(), return_exceptions = true}
print(settled[1]) --> fine
print(settled[2].code) --> 5
local ok, err = pcall(asyncio.gather, say("cancelled", 600), fail())
print(ok) --> false
print(err.code) --> 5

print(await(asyncio.create_task(say("from a handle", 0)))) --> from a handle
print(await(asyncio.create_task(function(x) return x end, "from a function"))) --> from a function
local named = asyncio.create_task{function() return asyncio.current_task().name end, name = "Bob"}
print(await(named)) --> Bob
print((select(2, pcall(asyncio.create_task, nil)):gsub("^.-create_task", "create_task"))) --> create_task: argument 1 is nil, not a function or a task; did you mean create_task(f, ...)?
