-- files.lua - a folder for the test, and what the process has open.

local fs = plait.fs
local files = {}

-- The descriptors of this process: of the listing itself not, and not those of the runtime, which come when they are first needed.
-- With `kind` ("socket") those only.
function files.count_open(kind)
    local pipe <close> = io.popen(("ls -l /proc/%d/fd 2>/dev/null | grep -c -e '-> %s'"):format(plait.pid(), kind or ""))
    return pipe:read("n")
end

-- Waits until there are no more than `count`: what the pool was doing when nobody wanted it any more takes a moment.
function files.wait_for_open(count, kind)
    local now
    for _ = 1, 1000 do
        now = files.count_open(kind)
        if now <= count then return true end
        plait.fs.stat("/") -- a trip to the pool
    end
    return false, now
end

-- The same for the names in a folder.
function files.wait_for_names(folder, wanted)
    local now
    for _ = 1, 10000 do
        now = table.concat(assert(fs.list(folder)), " ")
        if now == wanted then return true end
    end
    return false, now
end

-- A file of so many bytes, all 0, which takes no room.
function files.sparse(path, size)
    local f <close> = assert(fs.open(path, "w"))
    assert(f:truncate(size))
    return path
end

return files
