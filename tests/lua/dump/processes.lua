-- A census reaches child processes and theirs; of another program it tells the command; of a child that is stopped,
-- that it does not answer.
local ready, gate = plait.Channel(), plait.Event()
local child = spawn_process{ function()
    local inner = spawn_thread{ function() gate:wait() end, name = "inner" }
    local grand = spawn_process{ function()
        ready:send(plait.pid())
        gate:wait()
    end, name = "grand" }
    ready:send(plait.pid())
    while not gate:is_set() do for _ = 1, 10000 do local t = {} end end
end, name = "child" }
local program = spawn_process("sleep", "60")
local pids = { [ready:recv()] = true, [ready:recv()] = true }
print(pids[child.pid]) --> true

local function find(condition)
    while true do
        for _, record in ipairs(plait.strands()) do
            if condition(record) then return record end
        end
        plait.yield()
    end
end

local c = find(function(r) return r.name == "child" and r.state == "running" end)
print(c.kind, c.id == child.id, c.pid == child.pid, c.parent == plait.pid(), c.state, c.started_at)
--> process	true	true	true	running	processes.lua:4
print(c.key == "the main strand of process " .. child.pid) --> true
local i = find(function(r) return r.name == "inner" and r.wait == "event" end)
print(i.kind, i.pid == child.pid, i.key == ("thread %d of process %d"):format(i.id, child.pid)) --> thread	true	true
local g = find(function(r) return r.name == "grand" and r.wait == "event" end)
print(g.kind, pids[g.pid], g.parent == child.pid, g.place) --> process	true	true	processes.lua:8
local p = find(function(r) return r.kind == "program" end)
print(p.command, p.pid == program.pid, p.state, p.name) --> sleep 60	true	running	sleep

-- In the child the others are seen from there.
local seen = spawn_process(function()
    local own = plait.strands()
    return #own, own[1].kind, own[1].key, own[1].state, own[1].parent
end)
local count, kind, key, state, parent = await(seen)
print(count, kind, key, state, parent == plait.pid()) --> 1	process	the main strand	running	true

child:kill("SIGSTOP")
local s = find(function(r) return r.name == "child" end)
print(s.kind, s.id == child.id, s.pid == child.pid, s.state, s.place) --> process	true	true	blocked	nil
child:kill("SIGCONT")
program:kill()
gate:set()
await(child)
print((pcall(await, program))) --> false
print(#plait.strands()) --> 1
