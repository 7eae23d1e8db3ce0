-- Tasks, threads, processes and grandchildren wait for one event, whoever sets it.
local function wait(event) return event:wait(), event:is_set() end
local function wait_in_child(event) return await(spawn_process(wait, event)) end
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local event = plait.Event()
    local waiting = {async(wait, event), spawn_thread(wait, event), spawn_process(wait, event), spawn_process(wait_in_child, event)}
    await(start(function() event:set() end))
    print(plait.repr(gather(waiting), {elements = 5}))
    await(start(function() event:clear() end))
    print(event:is_set())
end
--> {true, true, true, true, n = 4}
--> false
--> {true, true, true, true, n = 4}
--> false
--> {true, true, true, true, n = 4}
--> false
