-- The error is of kind "timeout" and names the line of the deadline, and what was waited for.
local ch, lock = plait.Channel(), plait.Lock()
async(function() local l <close> = lock:acquire() sleep(1) end)
sleep(0)
local function try(f, ...)
    local d <close> = plait.deadline(0.001)
    f(...)
end
local function show(...)
    local ok, err = pcall(try, ...)
    print(plait.kind(err), err.wait, err.deadline)
    print((err.message:gsub("Channel %d+", "Channel N"):gsub("Lock %d+", "Lock N")))
end
show(function() sleep(3600) end)
--> timeout	sleep	names_wait_and_line.lua:6
--> names_wait_and_line.lua:14: timeout: sleep did not end within 0.001 s (deadline at names_wait_and_line.lua:6)
show(function() ch:recv() end)
--> timeout	recv	names_wait_and_line.lua:6
--> names_wait_and_line.lua:17: timeout: recv for Channel N did not end within 0.001 s (deadline at names_wait_and_line.lua:6)
show(function() lock:acquire() end)
--> timeout	lock	names_wait_and_line.lua:6
--> names_wait_and_line.lua:20: timeout: lock for Lock N, held by task 1, acquired at names_wait_and_line.lua:3 did not end within 0.001 s (deadline at names_wait_and_line.lua:6)
show(function() plait.select{ ch } end)
--> timeout	select	names_wait_and_line.lua:6
--> names_wait_and_line.lua:23: timeout: select for Channel N did not end within 0.001 s (deadline at names_wait_and_line.lua:6)
