-- A census reaches threads that wait, that compute, and what they have started; it does not wait long for one that
-- is in a C function.
local lock, ready = plait.Lock(), plait.Channel()
local fifo = os.tmpname()
os.remove(fifo)
os.execute("mkfifo " .. fifo)
lock:acquire()
local busy = spawn_thread{ function()
    ready:send(1)
    while true do local t = {} end
end, name = "busy", daemon = true }
local parked = spawn_thread{ function()
    async{ function() lock:acquire() end, name = "inner" }
    ready:send(1)
    plait.Event():wait()
end, name = "parked", daemon = true }
local stuck = spawn_thread{ function()
    ready:send(1)
    io.open(fifo):close()
end, name = "stuck" }
for _ = 1, 3 do ready:recv() end

local function find(name, condition)
    while true do
        for _, record in ipairs(plait.strands()) do
            if record.name == name and condition(record) then return record end
        end
        plait.yield()
    end
end

local b = find("busy", function(r) return r.place == "threads.lua:10" end)
print(b.kind, b.id == busy.id, b.key == "thread " .. busy.id, b.state, b.place, b.started_at, b.tid == busy.tid)
--> thread	true	true	running	threads.lua:10	threads.lua:8	true
local p = find("parked", function(r) return r.wait == "event" end)
print(p.state, p.wait, p.place) --> waiting	event	threads.lua:15
local i = find("inner", function(r) return r.state == "waiting" end)
print(i.kind, i.thread == parked.id, i.key == "task 1 of thread " .. parked.id) --> task	true	true
print(i.wait, i.held_by, i.held_at, i.started_at, i.place) --> lock	the main strand	threads.lua:7	threads.lua:13	threads.lua:13
local s = find("stuck", function(r) return r.state == "blocked" and r.wait == "open" end)
print(s.kind, s.id == stuck.id, s.wait) --> thread	true	open
io.open(fifo, "r+"):close()
await(stuck)
os.remove(fifo)

-- Several at once, each asked by the others.
local counters = {}
for n = 1, 4 do
    counters[n] = spawn_thread(function(many)
        for _ = 1, many do
            local found = false
            for _, record in ipairs(plait.strands()) do found = found or record.state == "running" end
            if not found then error("the one that asks is missing") end
        end
        return many
    end, 1)
end
for n = 1, 4 do print(await(counters[n])) end
--> 1
--> 1
--> 1
--> 1
os.exit(true, false)
