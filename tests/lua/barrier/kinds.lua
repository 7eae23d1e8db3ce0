-- A task, a thread, a process and a grandchild meet at one barrier.
local barrier = plait.Barrier(4)
local function wait() return barrier:wait() end
local function wait_in_child() return await(spawn_process(wait)) end
for _ = 1, 3 do
    local places = gather(async(wait), spawn_thread(wait), spawn_process(wait), spawn_process(wait_in_child))
    table.sort(places)
    print(table.concat(places, " "))
end
--> 1 2 3 4
--> 1 2 3 4
--> 1 2 3 4
