-- A thread may return the handle of a thread or a process that it started.
for _, start in ipairs{spawn_thread, spawn_process} do
    local handle = await(spawn_thread(function() return start(function() return "from below" end) end))
    print(handle.kind, await(handle))
end
--> thread	from below
--> process	from below
