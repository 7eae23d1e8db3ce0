-- A wait that times out has the lock again before it returns, even if that takes longer.
local cond = plait.Condition()
cond:acquire()
local start = plait.now()
print(cond:wait(0.01)) --> nil	timeout
print(plait.now() - start >= 0.01, cond:locked()) --> true	true
print(cond:wait(0)) --> nil	timeout
cond:release()

local order = {}
local waiting = async(function()
    cond:acquire()
    local _, why = cond:wait(0.001)
    order[#order + 1] = why
    cond:release()
end)
plait.yield()
cond:acquire()
sleep(0.03)
order[#order + 1] = "released"
cond:release()
await(waiting)
print(table.concat(order, " ")) --> released timeout

-- Who timed out is not notified: the next one is.
local late = async(function() cond:acquire() local ok = cond:wait(0.001) cond:release() return ok end)
local patient = async(function() cond:acquire() local ok = cond:wait(30) cond:release() return ok end)
plait.yield()
cond:acquire()
sleep(0.02)
cond:notify()
cond:release()
print(await(late), await(patient)) --> nil	true
print(select(2, pcall(cond.wait, cond, -1))) --> bad argument #2 to '?' (time-out is negative)
