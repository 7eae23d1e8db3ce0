-- Follows a log as `tail -F` does, also when the file is replaced by a new one: fs.watch tells when to look, an open file reads on.
--
--     plait scripts/log_follower.lua /var/log/app.log     follows until Ctrl-C
--
-- Without a file it makes one, to which a process writes.

local fs = plait.fs

local function was_replaced(log, path)
    local now = fs.stat(path)
    return now and now.inode ~= log:stat().inode
end

-- Calls use(line) for each line that is there or comes, until that returns true.
local function follow(path, use)
    local watch <close> = assert(fs.watch(path))
    local log, part = nil, ""
    local function read_on()
        log = log or fs.open(path) -- perhaps it is not there yet
        while log do
            local text = log:read("L")
            if not text then return false end
            part = part .. text
            if part:sub(-1) == "\n" then -- else the writer is in the middle of it
                if use(part:sub(1, -2)) then return true end
                part = ""
            end
        end
    end
    local is_over = read_on()
    while not is_over and watch:next() do
        is_over = read_on()
        if not is_over and log and was_replaced(log, path) then
            is_over = read_on() -- the rest of the old one
            log:close()
            log = nil
            is_over = is_over or read_on()
        end
    end
    if log then log:close() end
end

if arg and arg[1] then
    follow(arg[1], print)
    return
end

local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/app.log"
local rotate = plait.Event()

local writer = spawn_process(function()
    local fs = plait.fs
    for i = 1, 3 do assert(fs.append(path, ("request %d\n"):format(i))) end
    rotate:wait()
    assert(fs.rename(path, path .. ".1"))
    local log <close> = assert(fs.open(path, "a"))
    log:write("request 4 ta")
    log:write("kes two writes\n")
    log:write("bye\n")
end)

local count = 0
follow(path, function(line)
    count = count + 1
    print(line)
    if line == "request 3" then rotate:set() end
    return line == "bye"
end)
await(writer)
print(("%d lines in %d files"):format(count, #fs.list(folder.path)))
