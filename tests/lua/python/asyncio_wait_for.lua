-- wait_for returns the results in time, else cancels what it waits for, lets it clean up, and raises a time-out.
local asyncio = require "plait.asyncio"

local function slow()
    local _ <close> = setmetatable({}, {__close = function() print("cleaned up") end})
    sleep(600)
end

print(asyncio.wait_for(function(a, b) return a + b end, 10, 1, 2)) --> 3
print(asyncio.wait_for(async.fn(function() return "handle" end)(), 10)) --> handle
print(asyncio.wait_for(async.fn(function() return "for ever" end)())) --> for ever
print(asyncio.wait_for("a value", 10)) --> a value

local task = async(slow)
local ok, err = pcall(asyncio.wait_for, task, 0.02) --> cleaned up
print(ok) --> false
print(plait.kind(err) == asyncio.TimeoutError) --> true
print(task:status()) --> cancelled
print(tostring(err):match("wait_for: not finished after 0.02 s")) --> wait_for: not finished after 0.02 s

local failed
failed, err = pcall(asyncio.wait_for, function() error({code = 3}) end, 10)
print(failed) --> false
print(err.code) --> 3

-- What finishes although it was cancelled has finished.
local stubborn = async(function()
    pcall(sleep, 600)
    return "finished anyway"
end)
print(asyncio.wait_for(stubborn, 0.02)) --> finished anyway
