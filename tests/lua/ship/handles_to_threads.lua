-- Handles of tasks, threads and processes travel to threads by reference, and are the same when they come back.
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local gate = plait.Channel()
    local strand = start(function() return gate:recv() end)
    local other = spawn_thread(function(h) return h, h == strand, h.kind, await(h) end, strand)
    gate:send("result")
    local back, same, kind, result = await(other)
    print(back == strand, same, kind, result)
end
--> true	true	task	result
--> true	true	thread	result
--> true	true	process	result
