-- terminate and kill belong to processes: tasks and threads have none of it.
for _, start in ipairs{async, spawn_thread} do
    local handle = start(function() end)
    await(handle)
    print((pcall(function() handle:terminate() end)), (pcall(function() handle:kill() end)))
    print(handle.pid, handle.exitcode, handle.signal)
end
--> false	false
--> nil	nil	nil
--> false	false
--> nil	nil	nil
print(spawn_process("true").tid) --> nil
