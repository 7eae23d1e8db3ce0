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
local held_by, held_at
repeat
    plait.yield()
    for _, s in ipairs(plait.strands()) do
        if s.kind == "task" then held_by, held_at = s.held_by, s.held_at end
    end
until held_by
print(held_by == "the main strand of process " .. child.pid, held_at) --> true	held_elsewhere.lua:4
seen:set()
print(await(task), there:recv()) --> has it	process running
over:set()
await(child)
