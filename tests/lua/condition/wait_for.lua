-- wait_for waits until a function returns something, and returns what that returned.
local cond = plait.Condition(plait.Lock())
local queue = {}
local calls = 0
local function first()
    calls = calls + 1
    assert(cond:locked())
    return queue[1], "and", nil
end
local waiting = async(function()
    return cond:with(function() return cond:wait_for(first) end)
end)
plait.yield()
for i = 1, 3 do
    cond:with(function()
        if i == 3 then queue[1] = "third" end
        cond:notify()
    end)
    plait.yield()
end
print(await(waiting)) --> third	and	nil
print(calls) --> 4

-- It does not wait if it is so already; false and nil are not enough.
cond:acquire()
print(cond:wait_for(first)) --> third	and	nil
print(cond:wait_for(function() return false end, 0.01)) --> nil	timeout
print(cond:wait_for(function() end, 0)) --> nil	timeout

-- What has become true by the end of the time is no time-out.
local turns = 0
print(cond:wait_for(function() turns = turns + 1 return turns == 2 and "late" end, 0.01)) --> late

-- The time-out is for all of it.
local start = plait.now()
local ticking = async(function()
    for _ = 1, 50 do
        cond:with(function() cond:notify() end)
        sleep(0.002)
    end
end)
print(cond:wait_for(function() return false end, 0.02)) --> nil	timeout
print(plait.now() - start >= 0.02, plait.now() - start < 5) --> true	true
ticking:cancel()

-- The function may wait itself, and raise: the lock is held meanwhile, and afterwards.
print(pcall(cond.wait_for, cond, function() sleep(0.001) error("inside", 0) end)) --> false	inside
print(cond:locked()) --> true
cond:release()
