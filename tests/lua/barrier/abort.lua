-- abort breaks the barrier, reset makes it whole; both send away who waits.
local barrier = plait.Barrier(2)
local function kind() return plait.kind(select(2, pcall(barrier.wait, barrier))) end
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local waiting = async(kind)
    plait.yield()
    await(start(function() barrier:abort() end))
    print(await(waiting), barrier:broken(), await(start(kind)))
    await(start(function() barrier:reset() end))
    waiting = start(kind)
    while barrier:waiting() == 0 do plait.yield() end
    await(start(function() barrier:reset() end))
    print(await(waiting), barrier:broken())
end
--> broken_barrier	true	broken_barrier
--> broken_barrier	false
--> broken_barrier	true	broken_barrier
--> broken_barrier	false
--> broken_barrier	true	broken_barrier
--> broken_barrier	false
print(await(spawn_process(function() return barrier:broken(), barrier.parties, (tostring(barrier):gsub("%d+", "N")) end)))
--> false	2	Barrier N (of another process)
