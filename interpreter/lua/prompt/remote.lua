-- remote.lua - the end of a prompt where somebody types: a session like that of prompt.lua, whose entries are run by another
-- program, at whose socket server.lua serves prompts. docs/prompt.md has the frames.
--
--     local session = require "plait.prompt.remote".connect("/run/app.sock", { write = io.write })
--     session:read("1 + 1")     --> "none"; what it comes to has been written
--
-- A task reads what comes, and writes what was printed there at any time. Whoever has asked waits for the answer.

local internal = require "plait.internal"
local net = require "plait.net"
local plait = require "plait"
local VERSION = require "plait.prompt.server".VERSION

local raw = internal.console()
local remote = {}

local CONNECT_S = 10 -- for the greeting
local COMPLETE_S = 0.5
local STOP_S = 2 -- for an entry that was interrupted
local GREETING = 4096 -- bytes at most
local LONGEST = 1 << 20 -- bytes of an entry

local Remote = {}
Remote.__index = Remote

local function frame(type, bytes) return string.pack(">c1s4", type, bytes) end

function Remote:send(type, bytes)
    if not self.over then self.conn:write(frame(type, bytes)) end -- that it has gone is heard by the reader
end

-------------------------------------------------------------------------------------------------------------- reading

local frames = {}

function frames:O(bytes) self.write(bytes) end

function frames:X(bytes) self.write_error(bytes) end

function frames:R(bytes)
    local status, text = bytes:sub(1, 1), bytes:sub(2)
    if status == "o" then self.second = text else self.first = text end
    self.answers:send(status)
end

function frames:c(bytes)
    local id, from, at = string.unpack(">I4I4", bytes)
    local list = {}
    for text in bytes:sub(at):gmatch("(%Z*)%z") do list[#list + 1] = text end
    if id == self.question then self.completions:send{ from = from, list = list } end
end

function frames:B(bytes)
    self.over = bytes
    if bytes ~= "" then self.write_error("plait: " .. bytes .. "\n") end
end

local function read_frames(self)
    while not self.over do
        local head = self.conn:read(5)
        if not head or #head < 5 then break end
        local type, size = string.unpack(">c1I4", head)
        local bytes = size == 0 and "" or self.conn:read(size)
        if not bytes or #bytes < size then break end
        local handle = frames[type]
        if handle then handle(self, bytes) end
    end
    if not self.over then
        self.over, self.is_lost = "", true
        if not self.is_closed then self.write_error("plait: the connection was lost: the program is gone\n") end
    end
    self.answers:close()
    self.completions:close()
    if self.leave then self.leave() end
end

-------------------------------------------------------------------------------------------------------------- entries

-- What has become of the entry; nil if nobody answers any more, or not in time.
function Remote:await_answer(seconds)
    local status, why = self.answers:recv(seconds)
    if why == "timeout" then return nil end
    self.is_asking = false
    self.failed = status ~= "d" and status ~= "o" and status ~= "l"
    return status
end

function Remote:ask(type, text)
    local columns = self.columns()
    if columns ~= self.told then
        self.told = columns
        self:send("W", string.pack(">I2", math.min(columns, 65535)))
    end
    self.is_asking = true
    self:send(type, text)
    return self:await_answer()
end

-- As that of prompt.lua; but nothing is left to be run.
function Remote:read(text)
    if self.over then return "leave" end
    if not text:find("%S") then return "none" end
    if #text > LONGEST then return "wrong", ("the entry is too long: %d bytes, of at most %d"):format(#text, LONGEST) end
    local status = self:ask("E", text)
    if status == "o" then return "open" end
    self.has_left = status == "l"
    return (status == "l" or self.over) and "leave" or "none"
end

function Remote:read_end(text)
    if not self.over then self:ask("Q", text) end
end

-- With a report of what has happened here: Ctrl-C, while the answer was awaited. True: nobody answers, and the user gives up.
function Remote:complain(report)
    if not self.is_asking then
        self.write_error(report .. "\n")
        return false
    end
    self:send("I", "")
    if plait.shield(self.await_answer, self, STOP_S) or self.over then return false end
    self.write_error("plait: the program does not answer; Ctrl-C leaves the prompt\n")
    return not pcall(self.await_answer, self)
end

function Remote:prompt(is_first)
    return is_first and self.first or self.second
end

function Remote:complete(before)
    if self.over then return nil end
    self.question = self.question + 1
    self:send("C", string.pack(">I4", self.question) .. before)
    local answer = self.completions:recv(COMPLETE_S)
    if not answer then return #before + 1, {} end
    if answer.from == 0 then return nil end -- the name of a file
    return answer.from, answer.list
end

-- The user leaves: hears what is told about that.
function Remote:tell_left()
    if self.over then return end
    self:send("L", "")
    self.answers:recv(1)
    self.is_closed = true
    self.conn:close()
end

-- Runs entries of lines until there are no more. True: the last one has not failed.
function Remote:run(lines)
    local text
    for line in lines do
        text = text and text .. "\n" .. line or line
        local what, why = self:read(text)
        if what == "leave" then
            local is_well = self.has_left
            self:tell_left()
            return is_well
        end
        if what == "wrong" then
            self.failed = true
            self.write_error(why .. "\n")
        end
        if what ~= "open" then text = nil end
    end
    if text then self:read_end(text) end
    local is_well = not self.failed and not self.over
    self:tell_left()
    return is_well
end

------------------------------------------------------------------------------------------------------------ connecting

local ENOENT, EACCES, ENOTDIR, ENOTSOCK, ECONNREFUSED = 2, 13, 20, 88, 111

local function explain(path, message, code)
    if code == ENOENT or code == ENOTDIR then return ("there is no socket '%s'"):format(path) end
    if code == ENOTSOCK then return ("'%s' is no socket"):format(path) end
    if code == ECONNREFUSED then return ("nobody listens at '%s': the program has ended"):format(path) end
    if code == EACCES then return ("you may not connect to '%s': it is another user's"):format(path) end
    return ("cannot connect to '%s': %s"):format(path, message)
end

-- The text before the frames. nil, why.
local function read_greeting(conn, path)
    local text, deadline = {}, plait.now() + CONNECT_S
    for i = 1, GREETING do
        local byte, message = conn:read(1, { timeout = math.max(0, deadline - plait.now()) })
        if message == "timeout" then return nil, ("the program at '%s' does not answer: it runs, and does not wait"):format(path) end
        if not byte then
            local why = table.concat(text):match("^plait: ([^\n]*)\n")
            return nil, why or ("'%s' has no prompt of plait"):format(path)
        end
        if byte == "\0" then return table.concat(text) end
        text[i] = byte
        if i == 6 and table.concat(text):sub(1, 5) ~= "plait" then break end
    end
    return nil, ("'%s' has no prompt of plait"):format(path)
end

local function shake_hands(self, path)
    local conn = self.conn
    self.told = self.columns()
    conn:write("\0" .. frame("H", string.pack(">BBI2", VERSION, self.colour and 1 or 0, math.min(self.told, 65535))))
    local text, why = read_greeting(conn, path)
    if not text then return nil, why end
    local head = conn:read(5, { timeout = CONNECT_S }) or ""
    if #head < 5 then return nil, ("the program at '%s' does not answer"):format(path) end
    local type, size = string.unpack(">c1I4", head)
    local bytes = size > 0 and conn:read(size, { timeout = CONNECT_S }) or ""
    if type == "B" then return nil, bytes end
    if type ~= "h" then return nil, ("'%s' has no prompt of plait"):format(path) end
    self.first = bytes:sub(2)
    return text:match("^[^\n]*")
end

-- Returns the session, and the line with which the program has greeted; nil, why.
-- options: write, write_error, functions of a text; width, a function that returns the number of columns; colour, whether there
-- is; leave, a function that is called when the connection is over.
function remote.connect(path, options)
    local conn, message, code = net.connect("unix:" .. path, { timeout = CONNECT_S })
    if not conn then return nil, explain(path, message, code) end
    local is_ours, user = raw.owner(conn.raw)
    if not is_ours then
        conn:close()
        return nil, ("'%s' is a prompt of user %s"):format(path, user)
    end
    local self = setmetatable({
        conn = conn,
        write = options.write,
        write_error = options.write_error or options.write,
        columns = options.width or function() return 80 end,
        colour = options.colour,
        leave = options.leave,
        first = "> ",
        second = ">> ",
        question = 0,
        answers = plait.Channel(1),
        completions = plait.Channel(64),
    }, Remote)
    local line, why = shake_hands(self, path)
    if not line then
        conn:close()
        return nil, why
    end
    internal.async{ read_frames, self, daemon = true, name = "the other end" }
    return self, line
end

-- Runs entries of the standard input. Returns whether the last one has not failed; nil, why there is no connection.
function remote.run(path)
    local function write_to(file)
        return function(text)
            file:write(text)
            file:flush()
        end
    end
    local session, why = remote.connect(path, { write = write_to(io.stdout), write_error = write_to(io.stderr) })
    if not session then return nil, why end
    return session:run(require("plait.stdin"):lines())
end

return remote
