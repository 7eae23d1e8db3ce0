-- group.lua - a pipe that tells when all that a process has started is gone: the
-- end of the file is not there before.
local M = {}

-- The name of a new pipe.
function M.make()
    local name = os.tmpname()
    os.remove(name)
    assert(os.execute("mkfifo " .. name))
    return name
end

-- The name of a pipe for its standard output, and the other end.
function M.pipe()
    local name = M.make()
    local reader = assert(io.popen("cat " .. name))
    return name, setmetatable({}, {
        __index = { line = function() return reader:read("l") end, rest = function() return reader:read("a") end },
        __close = function()
            reader:close()
            os.remove(name)
        end,
    })
end

-- The shell runs it, with its output there and no terminal.
function M.shell(name, code)
    return spawn_process{ "sh", "-c", code, stdin = "/dev/null", stdout = name, stderr = "/dev/null" }
end

return M
