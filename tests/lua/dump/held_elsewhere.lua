-- Who has a lock that lives in another process is known where the strand waits, and only there.
local there, seen, over = plait.Channel(), plait.Event(), plait.Event()
local child = spawn_process(function(back, seen, over)
    local lock = plait.Lock():acquire()
    back:send(lock)
    seen:wait()
    local found = {}
    for i, s in ipairs(plait.strands()) do found[i] = s.kind .. " " .. s.state end
    lock:release()
    back:send(table.concat(found, ", "))
    over:wait()
end, there, seen, over)
local lock = there:recv()
local task = async(function() lock:with(function() end) return "has it" end)
local patient = async(function() return lock:acquire(60):release() end) -- known of those that wait for a while, too
local held_at
repeat
    plait.yield()
    held_at = {}
    for _, s in ipairs(plait.strands()) do
        if s.held_by == "the main strand of process " .. child.pid then held_at[#held_at + 1] = s.held_at end
    end
until #held_at == 2
print(table.unpack(held_at)) --> held_elsewhere.lua:4	held_elsewhere.lua:4
seen:set()
print(await(task), there:recv()) --> has it	process running
await(patient)
over:set()
await(child)
