-- The same in a thread and a process, each for its own tasks.
--! status: 1
--! stderr: which nobody else can reach any more (in_a_thread.lua:7); it is cancelled
local function work()
    async(function()
        local c <close> = setmetatable({}, { __close = function() print("closed") end })
        plait.Channel():recv()
    end)
    sleep(0.01)
    collectgarbage()
    sleep(0.01)
    return "done"
end
print(await(spawn_thread(work)))
print(await(spawn_process(work)))
--> closed
--> done
--> closed
--> done
