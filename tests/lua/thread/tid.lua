-- A thread runs on an OS thread of its own, whose number is thread.tid.
local function own_tid()
    local file <close> = assert(io.open("/proc/thread-self/stat"))
    return file:read("n")
end
local gate, running = plait.Channel(), plait.Channel()
local function body()
    running:send(own_tid())
    return gate:recv()
end
local a = spawn_thread(body)
local tid = running:recv()
print(a.tid == tid, math.type(a.tid)) --> true	integer
local b = spawn_thread(body)
print(b.kind, running:recv() == b.tid, b.tid ~= a.tid, b.tid ~= own_tid()) --> thread	true	true	true
gate:send(1)
gate:send(2)
await(a)
await(b)
