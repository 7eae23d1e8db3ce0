-- A wait that times out breaks the barrier for all who wait and come, until it is reset.
local barrier = plait.Barrier(3)
local function kind() return plait.kind(select(2, pcall(barrier.wait, barrier))) end
local waiting, in_thread = async(kind), spawn_thread(kind)
while barrier:waiting() < 2 do plait.yield() end
barrier:reset()
print(await(waiting), await(in_thread), barrier:broken()) --> broken_barrier	broken_barrier	false
waiting = async(kind)
print(await(async(barrier.wait, barrier, 0))) --> nil	timeout
in_thread = spawn_process(kind)
print(await(waiting), await(in_thread), barrier:broken(), barrier) --> broken_barrier	broken_barrier	true	Barrier 1 (broken)
print(pcall(barrier.wait, barrier))
--> false	timeout.lua:12: barrier is broken: a wait timed out, a process died, or it was aborted or reset; barrier:reset() makes it whole
barrier:reset()
print(barrier:broken(), barrier:waiting()) --> false	0

-- The time-out of a process.
waiting = async(kind)
plait.yield()
print(await(spawn_process(function() return barrier:wait(0.005) end))) --> nil	timeout
print(await(waiting), barrier:broken()) --> broken_barrier	true

-- A process that waits when another one's time is over.
barrier = plait.Barrier(4)
waiting, in_thread = async(kind), spawn_process(kind)
while barrier:waiting() < 2 do plait.yield() end
print(barrier:wait(0)) --> nil	timeout
print(await(waiting), await(in_thread), barrier:broken()) --> broken_barrier	broken_barrier	true
