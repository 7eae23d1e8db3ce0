-- A crash of a child is an error at await, never the end of the parent.
local process = spawn_process{ function() os.execute("kill -ABRT $PPID") sleep(600) end, name = "fragile" }
local ok, err = pcall(await, process)
print(ok, plait.kind(err), err.signal, err.pid == process.pid) --> false	died	6	true
print(tostring(err):find("fragile", 1, true) ~= nil, tostring(err):find(tostring(process.pid), 1, true) ~= nil) --> true	true
print(await(spawn_process(function() return "the next one" end))) --> the next one
