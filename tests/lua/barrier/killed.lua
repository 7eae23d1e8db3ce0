-- A process that dies while it waits breaks the barrier; also a grandchild, and a sibling of the barrier's home.
local ready = plait.Channel()
local function kind(barrier) return plait.kind(select(2, pcall(barrier.wait, barrier))) end
local function wait(barrier) return barrier:wait() end
local function until_waiting(barrier, n)
    while barrier:waiting() < n do plait.yield() end
end

local barrier = plait.Barrier(3)
local child, waiting = spawn_process(wait, barrier), async(kind, barrier)
until_waiting(barrier, 2)
child:kill()
print(await(waiting), plait.kind(select(2, pcall(await, child)))) --> broken_barrier	died
barrier:reset()

-- One that does not wait breaks nothing; nor one that ends in order while it waits.
child = spawn_process(function() ready:send(barrier) sleep(60) end)
ready:recv()
child:kill()
pcall(await, child)
await(spawn_process(function()
    async{ barrier.wait, barrier, daemon = true }
    plait.yield()
    print(barrier:waiting()) --> 1
end))
print(barrier:broken(), barrier:waiting()) --> false	0

waiting = async(kind, barrier)
child = spawn_process(function()
    local grandchild = spawn_process(wait, barrier)
    until_waiting(barrier, 2)
    grandchild:kill()
    return plait.kind(select(2, pcall(await, grandchild))), barrier:broken()
end)
print(await(child)) --> died	true
print(await(waiting)) --> broken_barrier

local home = spawn_process(function() ready:send(plait.Barrier(3)) sleep(60) end)
local theirs = ready:recv()
local sibling = spawn_process(wait, theirs)
waiting = async(kind, theirs)
until_waiting(theirs, 2)
sibling:kill()
print(await(waiting), theirs:broken()) --> broken_barrier	true
print(plait.kind(select(2, pcall(await, sibling)))) --> died
home:kill()
print(plait.kind(select(2, pcall(await, home)))) --> died
