-- A deadline that a generator has entered counts for the strand until the generator has left it, also between its values;
-- when the generator is dropped, the deadline goes with it.
local function numbers(seconds)
    local d <close> = plait.deadline(seconds)
    for i = 1, 2 do coroutine.yield(i) end
end
for i in coroutine.wrap(numbers), 60 do print(i) end
--> 1
--> 2
local ok, err = pcall(function()
    for i in coroutine.wrap(numbers), 0.001 do sleep(60) end
end)
print(plait.kind(err), err.deadline) --> timeout	bounds.lua:4
collectgarbage()
sleep(0)
print("gone") --> gone
-- A scope in a coroutine that another task goes on with: whoever leaves it waits for all.
local co = coroutine.create(function()
    local s <close> = plait.scope()
    s:async(function() sleep(0.001) print("worked") end)
    coroutine.yield()
end)
await(async(coroutine.resume, co))
await(async(coroutine.resume, co))
print(coroutine.status(co))
--> worked
--> dead
