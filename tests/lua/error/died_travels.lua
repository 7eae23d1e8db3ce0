-- plait's own errors keep kind, fields and sentence through threads and processes.
local function below() await(spawn_process(function() os.exit(5) end)) end
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local _, err = pcall(await, start(below))
    print(plait.kind(err), err.exitcode, math.type(err.pid), tostring(err):match("exited with status 5") or tostring(err))
end
--> died	5	integer	exited with status 5
--> died	5	integer	exited with status 5
--> died	5	integer	exited with status 5
