-- Leaving the block waits for tasks, threads and processes.
local done = plait.Value(0)
do
    local s <close> = plait.scope()
    local handles = {
        s:async(function() plait.yield() done:add(1) end),
        s:spawn_thread(function() done:add(10) end),
        s:to_thread(function() done:add(100) end),
        s:spawn_process(function() done:add(1000) end),
    }
    for i, h in ipairs(handles) do handles[i] = h.kind end
    print(table.concat(handles, " ")) --> task thread thread process
end
print(done.value) --> 1111
