-- Script, thread and process run on the main Lua thread of their state, and may wait there.
local function main()
    local _, is_main = coroutine.running()
    local task = async(function() return "task ran" end)
    return is_main, coroutine.isyieldable(), await(task)
end
print(main()) --> true	false	task ran
print(await(spawn_thread(main))) --> true	false	task ran
print(await(spawn_process(main))) --> true	false	task ran
