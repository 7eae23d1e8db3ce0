-- plait.exec{"cmd", ..., stdin =, stdout =, stderr =, cwd =, env =, name =, timeout =, limit =, check =}
--     -> {code =, signal =, stdout =, stderr =}
--
-- Runs a program to its end. What it gets is written while what it prints is read (io/exchange.h), so neither waits for a
-- full pipe. Whoever leaves early, because the time is over, a limit is passed or the strand is cancelled, ends the program first.

local internal = require "plait.internal"
local plait = require "plait"
local stream = require "plait.stream"
local streams = require "plait.streams"

local raw = streams.raw
local LIMIT = 1 << 30
local LAST_LINES, LAST_BYTES = 5, 1000 -- of stderr, in an error
local own = { timeout = true, limit = true, check = true }
local passed = { stdin = true, stdout = true, stderr = true, cwd = true, env = true, name = true }

local function check(command)
    if type(command) ~= "table" then
        stream.usage("exec: argument 1 is %s, not a table; write plait.exec{\"ls\", \"-l\"}", internal.describe(command))
    end
    if command[1] == nil then stream.usage("exec: there is no program; write plait.exec{\"ls\", \"-l\"}") end
    for option in next, command do
        if math.type(option) ~= "integer" and not own[option] and not passed[option] then
            stream.usage("exec: there is no option '%s'; there are 'stdin', 'stdout', 'stderr', 'cwd', 'env', 'name', " ..
                "'timeout', 'limit' and 'check'", tostring(option))
        end
    end
    if command.check ~= nil and type(command.check) ~= "boolean" then
        stream.usage("exec: check is %s, not true or false", internal.describe(command.check))
    end
    stream.check_seconds(command.timeout, "exec")
    return stream.check_limit(command.limit, "exec") or LIMIT
end

-- The program with its pipes, and what it is to read. A string for stdin is the text itself; there is none unless said.
local function start(command)
    local words, input = {}, nil
    for key, value in next, command do
        if not own[key] then words[key] = value end
    end
    if type(words.stdin) == "string" or words.stdin == nil then input, words.stdin = words.stdin or "", "null" end
    if input and input ~= "" then words.stdin = "pipe" end
    if words.stdout == nil then words.stdout = "pipe" end
    if words.stderr == nil then words.stderr = "pipe" end
    return internal.spawn_program(words, "exec"), input
end

local function raw_of(object) return object and object.raw end

-- Ends it, by steps (ipc/insist.h), and waits for that.
local function put_down(h)
    h:cancel()
    plait.wait({ h })
    h:error() -- is received: whoever called is told in another way
end

local Guard = {}

function Guard:__close()
    if not self.handle:done() then put_down(self.handle) end
end

-- "exec: 'ls -l /x' exited with status 2: ..." and the last lines of what it said.
local function raise(command, result)
    local words = {}
    for i, word in ipairs(command) do words[i] = tostring(word) end
    local text = table.concat(words, " ")
    local what = result.signal and ("was killed by signal %d (%s)"):format(result.signal, raw.signal_text(result.signal))
        or ("exited with status %d"):format(result.code)
    local lines = {}
    for line in (result.stderr or ""):sub(-LAST_BYTES):gmatch("[^\n]+") do lines[#lines + 1] = line end
    local said = table.concat(lines, "\n", math.max(1, #lines - LAST_LINES + 1))
    local message = ("exec: '%s' %s%s"):format(text, what, said ~= "" and ": " .. said or "")
    internal.raise("exit", message, { command = text, code = result.code, signal = result.signal,
        stdout = result.stdout, stderr = result.stderr })
end

-- nil, message, code for an output that is too long, or cannot be read.
local function too_much(command, limit, index, why, code)
    local name = index == 0 and "stdout" or "stderr"
    local message = why or ("is longer than %d bytes"):format(limit)
    return nil, ("%s of %s: %s"):format(name, command[1], message), code
end

return function(command)
    local limit = check(command)
    local deadline = stream.deadline(command.timeout)
    local h, input = start(command)
    local guard <close> = setmetatable({ handle = h }, Guard)
    local has_stdout, has_stderr = h.stdout ~= nil, h.stderr ~= nil
    local exchange = raw.exchange(limit, input, raw_of(h.stdin), raw_of(h.stdout), raw_of(h.stderr))
    local ok, index, why, code = raw.finish(exchange, command.timeout)
    if ok then
        local _, left = plait.wait({ h }, { timeout = stream.left(deadline) })
        if #left > 0 then ok, index = nil, "timeout" end
    end
    if not ok then put_down(h) end
    local stdout, stderr = raw.outputs(exchange)
    if ok == false then return too_much(command, limit, index, why, code) end
    if ok == nil then return nil, index end
    h:error()
    local result = { code = h.exitcode, signal = h.signal, stdout = has_stdout and stdout or nil,
        stderr = has_stderr and stderr or nil }
    if command.check and result.code ~= 0 then raise(command, result) end
    return result
end
