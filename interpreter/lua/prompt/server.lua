-- server.lua - prompts over sockets and other descriptors: one for each connection.
--
--     server.open(console, { name = "prompt 1", banner = "hello\n" })
--     server.listen(listener, { program = "app.lua" })
--
-- A prompt is two strands. The reader, a daemon, takes what comes in: lines, or the frames of docs/prompt.md. The entry, a
-- task, compiles and runs one of them, shows what it comes to, and says that it has ended; what it prints, and what the
-- tasks print that it starts, goes to the prompt (core/console.h). It is stopped in C, so that this does not depend on the
-- reader's turn.

local internal = require "plait.internal"
local plait = require "plait"
local prompt = require "plait.prompt"

local raw, net = internal.console(), nil
local server = {}

-- The version of the frames; both ends have the same.
server.VERSION = 1

local MOST_PROMPTS = 16 -- of a listener, at once
local MOST_TEXTS, MOST_ANSWER = 2000, 1 << 19 -- of what an entry may be completed to
local MOST_PROMPT = 1 << 12 -- bytes of what stands before a line

local Prompt = {}
Prompt.__index = Prompt

-------------------------------------------------------------------------------------------------------------- entries


-- The traceback of an error in an entry, without what is below the entry.
local function trim(traceback)
    if not traceback then return nil end
    local lines = {}
    for line in traceback:gmatch("[^\n]+") do
        if line:find("plait.prompt.server", 1, true) then break end
        lines[#lines + 1] = line
    end
    while #lines > 0 and lines[#lines]:find("^%s*%[C%]") do lines[#lines] = nil end
    lines[#lines + 1] = "\t[C]: in ?"
    return #lines > 2 and table.concat(lines, "\n") or nil
end

function Prompt:complain(err, traceback)
    self.session:complain(raw.report(err, trim(traceback)))
end

-- Shows the results of f, or tells its error, which catch has returned.
function Prompt:finish(f, ok, ...)
    if ok then
        self.session:show(f, ...)
    else
        self:complain(...)
    end
    return ok
end

-- Returns how the entry has ended: "done", "open", "failed", "leave".
function Prompt:evaluate(text)
    local session = self.session
    local results = table.pack(session:read(text))
    local what = results[1]
    if what == "wrong" then
        session:complain(results[2])
        return "failed"
    end
    if what ~= "run" then return what == "none" and "done" or what end
    for i = 2, results.n do
        if not self:finish(results[i], internal.catch(results[i])) then return "failed" end
    end
    return "done"
end

-- The code ends although the entry is open.
function Prompt:evaluate_end(text)
    self.session:complain(self.session:read_end(text))
    return "failed"
end

function Prompt:tell_failures()
    for _, report in ipairs(raw.failures(self.console)) do self.session:complain(report) end
end

local letters = { done = "d", open = "o", failed = "f", leave = "l" }

-- Tells the other end that the entry is over.
function Prompt:answer(status)
    self:tell_failures() -- unless the entry has received them
    self.is_answered = true
    self.text = status == "open" and self.text or nil
    if status == "leave" then self.is_left = true end
    local text = self.session:prompt(status ~= "open"):sub(1, MOST_PROMPT)
    if raw.has_frames(self.console) then
        raw.put(self.console, "R", letters[status] .. text)
    elseif status ~= "leave" then
        raw.put(self.console, "O", text)
    end
end

local function run_entry(self, evaluate, text)
    local ok, status, traceback = internal.catch(evaluate, self, text)
    if not ok then
        self:complain(status, traceback)
        status = "failed"
    end
    self:answer(status)
end

function Prompt:start(evaluate, text)
    self.text = text
    self.is_answered = false
    self.task = internal.async{ run_entry, self, evaluate, text, daemon = true, name = "an entry of " .. self.name }
    raw.begin(self.console, self.task)
end

local ended = { done = true, failed = true, cancelled = true }

-- One of its strands has ended, which may be the entry.
function Prompt:look()
    local task = self.task
    if not task then return end
    if not ended[task:status()] then return end
    self.task = nil
    if self.is_answered then return end
    self:complain("interrupted!") -- before it began, or it did not stop otherwise
    self:answer("failed")
end

--------------------------------------------------------------------------------------------------------------- frames

local frames = {}

-- hello: version, flags (1: colour), columns
function frames:H(bytes)
    if #bytes < 4 then return "a frame makes no sense" end
    local version, flags, columns = string.unpack(">BBI2", bytes)
    if version ~= server.VERSION then
        return ("the versions differ: this program speaks %d of the protocol, the other end %d"):format(server.VERSION, version)
    end
    self.session.colour = flags & 1 ~= 0
    self.columns = columns
    self.has_met = true
    raw.put(self.console, "h", string.pack(">B", server.VERSION) .. self.session:prompt(true))
end

-- an entry, all of its lines
function frames:E(text)
    if self.task then return "an entry came while another one runs" end
    self:start(self.evaluate, text)
end

-- it ends although it is open
function frames:Q(text)
    if self.task then return "an entry came while another one runs" end
    self:start(self.evaluate_end, text)
end

-- the user leaves
function frames:L()
    self.is_left = true
end

-- the width of the terminal
function frames:W(bytes)
    if #bytes < 2 then return "a frame makes no sense" end
    self.columns = string.unpack(">I2", bytes)
end

-- what may stand where the cursor is: number of the question, text before the cursor
function frames:C(bytes)
    if #bytes < 4 then return "a frame makes no sense" end
    local id = bytes:sub(1, 4)
    local ok, from, list = pcall(self.session.complete, self.session, bytes:sub(5))
    local answer = id .. string.pack(">I4", ok and from or 0)
    list = ok and list or {}
    list = table.concat(list, "\0", 1, math.min(#list, MOST_TEXTS))
    if list ~= "" and #list < MOST_ANSWER then answer = answer .. list .. "\0" end
    raw.put(self.console, "c", answer)
end

-- Returns why the connection is to end, if it is.
function Prompt:on_frame(type, bytes)
    local handle = frames[type]
    if not handle then return "there is no frame '" .. type .. "'" end
    if not self.has_met and type ~= "H" then return "the first frame is not 'H'" end
    return handle(self, bytes)
end

---------------------------------------------------------------------------------------------------------------- lines

function Prompt:on_line(line)
    self:start(self.evaluate, self.text and self.text .. "\n" .. line or line)
end

-- Ctrl-C, and no entry runs.
function Prompt:drop()
    if raw.has_frames(self.console) then return end
    self.text = nil
    raw.put(self.console, "O", "^C\n" .. self.session:prompt(true))
end

-- The input has ended: so has an entry that is open.
function Prompt:finish_open()
    if not self.text then return end
    self:start(self.evaluate_end, self.text)
    while self.task do
        local event = raw.next(self.console, false)
        if event == "woken" then self:look() end
        if event == "end" then return end
    end
end

-------------------------------------------------------------------------------------------------------- the whole of it

function Prompt:read_on()
    while not self.is_left do
        local event, a, b = raw.next(self.console, not self.task or raw.has_frames(self.console))
        if event == "frame" then
            local why = self:on_frame(a, b)
            if why then return why end
        elseif event == "line" then
            self:on_line(a)
        elseif event == "interrupt" then
            self:drop()
        elseif event == "failure" then
            if not self.task then self:tell_failures() end
        elseif event == "woken" then
            self:look() -- and if the entry was .exit, that is it
        else
            if not a then self:finish_open() end
            return a
        end
    end
end

-- The end that is said to whoever is there.
function Prompt:say_end(why)
    local left = raw.count(self.console) - (self.task and 1 or 0)
    if not why and left > 0 then
        why = left == 1 and "a strand of this prompt was cancelled" or left .. " strands of this prompt were cancelled"
    end
    if raw.has_frames(self.console) then
        raw.put(self.console, "B", why or "")
    elseif why then
        raw.put(self.console, "O", "plait: " .. why .. "\n")
    elseif not self.is_left then
        raw.put(self.console, "O", "\n") -- there stands a prompt
    end
end

-- Also when the reader is cancelled, as the program ends: then nobody is waited for.
function Prompt:__close(err)
    if err ~= nil then
        self:say_end("the program has ended")
        raw.close(self.console)
    else
        self:tell_failures()
        self:say_end(self.why)
        raw.drain(self.console, 1)
        raw.close(self.console)
        raw.stop(self.console)
        raw.settle(self.console)
    end
    if self.on_end then self.on_end(self.why) end
end

local function serve(self)
    local ends <close> = self
    raw.put(self.console, "O", self.banner .. self.session:prompt(true))
    self.why = self:read_on()
end

-- options: name, for reports; banner, text that is shown first; columns; colour; prompts; topics; on_end, a function that is
-- called with why when all is over.
function server.open(console, options)
    local self = setmetatable({
        console = console,
        name = options.name or "a prompt",
        banner = options.banner or "",
        columns = options.columns,
        on_end = options.on_end,
    }, Prompt)
    self.session = prompt.new{
        write = function(text) raw.print(console, text) end,
        write_error = function(text) raw.print(console, text, true) end,
        width = function() return self.columns end,
        colour = options.colour,
        prompts = options.prompts,
        topics = options.topics,
        chunk_name = "=prompt",
        is_one_of_many = true,
    }
    internal.async{ serve, self, daemon = true, name = self.name }
end

-------------------------------------------------------------------------------------------------------------- sockets

-- Whoever is refused is told why.
local function refuse(console, why)
    raw.put(console, "O", "plait: " .. why .. "\n")
    raw.drain(console, 1)
    raw.close(console)
end

local function banner()
    local arg = rawget(_G, "arg")
    local script = type(arg) == "table" and arg[-1] and arg[0] -- else that is plait itself
    return ("plait %s, a prompt of %s, process %d; Ctrl-D leaves\n"):format(plait.version,
        type(script) == "string" and script:sub(-200):gsub("%c", "?") or "a program", plait.pid())
end

local function greet(stream, self)
    local is_ours, user = raw.owner(stream)
    local console = raw.open(stream, "either")
    if not console then return end -- it has gone
    if not is_ours then
        refuse(console, ("this prompt is another user's, not user %s's"):format(user))
    elseif self.count >= MOST_PROMPTS then
        refuse(console, ("there are %d prompts already"):format(self.count))
    else
        self.number = self.number + 1
        self.count = self.count + 1
        server.open(console, {
            name = "prompt " .. self.number,
            banner = banner(),
            topics = self.topics,
            on_end = function() self.count = self.count - 1 end,
        })
    end
end

local function accept_all(self)
    local ends <close> = self
    while true do
        local stream, message = net.accept(self.handle)
        if not stream then error("the prompt's socket: " .. message, 0) end
        internal.async{ greet, stream, self, daemon = true }
    end
end

-- Serves prompts at the socket, whose file is there from here on, for as long as the program runs. options: topics. Returns
-- true; nil, message, code.
function server.listen(path, options)
    net = internal.net()
    local handle, message, code = net.listen(path, nil, { mode = 384, backlog = MOST_PROMPTS })
    if not handle then return nil, message, code end
    net.wake_nobody(handle)
    local self = { handle = handle, topics = options.topics, count = 0, number = 0 }
    setmetatable(self, { __close = function() net.close(handle) end })
    internal.async{ accept_all, self, daemon = true, name = "the listener of prompts" }
    return true
end

return server
