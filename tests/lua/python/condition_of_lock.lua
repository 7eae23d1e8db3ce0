-- A condition of a Lock, which has no owner: waits give it back and take it again, whatever ends them; nothing is lost.
local threading = require "plait.threading"
local lock = threading.Lock()
local changed = threading.Condition(lock)
local jobs, done = plait.Table(), plait.Value(0)
local COUNT = 40

local function take()
    while true do
        local job
        changed:with(function()
            changed:wait_for(function() return #jobs > 0 end)
            job = jobs[#jobs]
            jobs[#jobs] = nil
        end)
        if job == "end" then return end
        done:add(job)
    end
end
local takers = { async(take), spawn_thread(take), spawn_process(take) }
local function put(job)
    changed:acquire()
    jobs[#jobs + 1] = job
    changed:notify()
    changed:release()
end
for i = 1, COUNT do put(i) end
while done.value < COUNT * (COUNT + 1) // 2 do plait.yield() end
for _ = 1, 3 do put("end") end
gather(takers)
print(done.value, #jobs, lock:locked()) --> 820	0	false

-- Time-outs, and a cancellation, give it back to the one who waits.
print(lock:with(function() return changed:wait(0.01), lock:locked() end)) --> false	true
print(lock:with(function() return changed:wait_for(function() return nil end, 0.01) end)) --> false
local locked
local waiter = async(function()
    lock:acquire()
    local _ <close> = setmetatable({}, { __close = function()
        locked = lock:locked()
        lock:release()
    end })
    changed:wait()
end)
sleep(0.01)
print(lock:locked()) --> false
waiter:cancel()
print(pcall(await, waiter)) --> false	cancelled
print(locked, lock:locked()) --> true	false

for _, name in ipairs{ "wait", "notify", "notify_all" } do
    print(plait.kind(select(2, pcall(changed[name], changed))))
end
--> usage
--> usage
--> usage
print(pcall(threading.Condition, plait.Lock())) --> false	Condition: argument 1 is no Lock or RLock of this module
