-- plait.test.terminal: t.pty{"program", ..., cols =, rows =, env =, cwd =, timeout =} -> a program in a terminal of its own
--
--     local p <close> = t.pty{ "plait", cols = 60, rows = 20 }
--     p:expect("> ")
--     p:send("1 + 1\r")
--     p:expect("2")
--     t.snapshot(p:screen())
--
-- What the program prints is read while something is waited for, shown on a screen (screen.lua), which answers its questions, and
-- kept as text without control sequences, in which expect looks: from behind the last match on.

local internal = require "plait.internal"
local plait = require "plait"
local checks = require "plait.test.checks"
local command = require "plait.test.command"
local screen = require "plait.test.screen"
local suite = require "plait.test.suite"

local TIMEOUT = 10
local SHOWN = 300 -- of the text that was not expected, in a failure
local own = { cols = true, rows = true, timeout = true, env = true }
local passed = { cwd = true, name = true }

local Terminal = { __name = "terminal" }
Terminal.__index = Terminal

------------------------------------------------------------------------------------------------------------------- keys

local keys = { Enter = "\r", Return = "\r", Tab = "\t", Escape = "\27", Esc = "\27", Space = " ", Backspace = "\127",
  BTab = "\27[Z", Up = "\27[A", Down = "\27[B", Right = "\27[C", Left = "\27[D", Home = "\27[H", End = "\27[F",
  Insert = "\27[2~", Delete = "\27[3~", PageUp = "\27[5~", PageDown = "\27[6~", F1 = "\27OP", F2 = "\27OQ", F3 = "\27OR",
  F4 = "\27OS", F5 = "\27[15~", F6 = "\27[17~", F7 = "\27[18~", F8 = "\27[19~", F9 = "\27[20~", F10 = "\27[21~",
  F11 = "\27[23~", F12 = "\27[24~" }

-- "C-c", "M-x", "Up", or a character.
local function bytes_of(name)
  local modifier, rest = name:match("^([CM])%-(.+)$")
  if modifier == "M" then return "\27" .. bytes_of(rest) end
  if modifier == "C" then
    local code = #rest == 1 and rest:upper():byte() or rest == "Space" and 64 or 0
    if rest == "?" then return "\127" end
    if code >= 64 and code <= 95 then return string.char(code - 64) end
  elseif keys[name] or utf8.len(name) == 1 then
    return keys[name] or name
  end
  suite.usage("key: there is no key %q; write a character, \"C-c\", \"M-x\" or a name such as \"Enter\" and \"Up\"", name)
end

---------------------------------------------------------------------------------------------------------------- the text

-- What was printed, without sequences and returns. What has no end yet is left for the next time.
local function plain(self, bytes)
  bytes = self.rest .. bytes
  self.rest = bytes:match("\27[^\27]*$") or ""
  local ends = self.rest:find("^\27%[[<=>?]?[%d;:]*[ -/]*[@-~]") or self.rest:find("^\27%][^\7]*\7") or
    self.rest:find("^\27[ -/]+[0-~]") or self.rest:find("^\27[^%[%]PX^_ -/]") or #self.rest > 4096
  if ends then self.rest = "" else bytes = bytes:sub(1, #bytes - #self.rest) end
  return (bytes:gsub("\27%[[<=>?]?[%d;:]*[ -/]*[@-~]", ""):gsub("\27%][^\7\27]*\7", ""):gsub("\27[]PX^_][^\27]*\27\\", "")
    :gsub("\27[ -/]+[0-~]", ""):gsub("\27[^%[%]PX^_]", ""):gsub("[\0-\8\11-\31\127]", ""))
end

-- Reads what has come, or waits for it. Returns true; nil, "timeout" or "closed".
local function pump(self, deadline)
  local bytes, why = self.handle.pty:read_some(65536, math.max(deadline - plait.now(), 0))
  if not bytes then
    if why == "timeout" then return nil, why end
    self.is_over = true
    return nil, "closed"
  end
  self.display:feed(bytes)
  self.text = self.text .. plain(self, bytes)
  return true
end

local function show(self)
  local rest = self.text:sub(1, SHOWN)
  return ("  screen:\n%s\n  not expected so far: %q%s"):format(("    " .. self.display:text()):gsub("\n", "\n    "), rest,
    #self.text > SHOWN and "..." or "")
end

local function fail(self, message) error(checks.failure(message, { diff = show(self) }), 0) end

local function check_self(self, name)
  if getmetatable(self) ~= Terminal then
    suite.usage("%s: argument 1 is %s, not a terminal; write p:%s(...)", name, internal.describe(self), name)
  end
  return self
end

local function check_text(value, name, argument)
  if type(value) ~= "string" then
    suite.usage("%s: argument %d is %s, not a string", name, argument, internal.describe(value))
  end
  return value
end

local function deadline_of(self, options, name)
  local seconds = options
  if type(options) == "table" then seconds = options.timeout end
  if seconds == nil then seconds = self.timeout end
  if type(seconds) ~= "number" or not (seconds >= 0) then
    suite.usage("%s: timeout is %s, not a number of seconds", name, internal.describe(seconds))
  end
  return plait.now() + seconds
end

-- Reads until look() finds something, and returns that.
local function wait_until(self, deadline, look, what)
  while true do
    local found = table.pack(look())
    if found[1] then return table.unpack(found, 1, found.n) end
    local ok, why
    if not self.is_over then ok, why = pump(self, deadline) end
    if not ok and not look() then
      fail(self, why == "timeout" and ("%s did not come in time"):format(what()) or
        ("the program has closed its terminal, and %s has not come"):format(what()))
    end
  end
end

----------------------------------------------------------------------------------------------------------------- methods

local function take(self, first, last)
  local before = self.text:sub(1, first - 1)
  local text = self.text:sub(first, last)
  self.text = self.text:sub(last + 1)
  return before, text
end

-- p:expect(text[, timeout]) -> what came before it; p:expect{any = {text, ...}, timeout =} -> which one, what came before it
function Terminal:expect(wanted, options)
  check_self(self, "expect")
  local list = { wanted }
  if type(wanted) == "table" then
    options, list = options or wanted, wanted.any
    if type(list) ~= "table" or #list == 0 then suite.usage("expect: write p:expect(text) or p:expect{any = {text, ...}}") end
  end
  for _, text in ipairs(list) do
    if check_text(text, "expect", 1) == "" then suite.usage("expect: an empty string is always there") end
  end
  local first, last, which
  wait_until(self, deadline_of(self, options, "expect"), function()
    for i, text in ipairs(list) do
      local a, b = self.text:find(text, 1, true)
      if a and (not first or a < first) then first, last, which = a, b, i end
    end
    return first
  end, function() return ("%q"):format(table.concat(list, "\" or \"")) end)
  local before = take(self, first, last)
  if type(wanted) == "table" then return which, before end
  return before
end

-- p:expect_match(pattern[, timeout]) -> its captures, or the whole match
function Terminal:expect_match(pattern, options)
  check_self(self, "expect_match")
  check_text(pattern, "expect_match", 1)
  local found
  wait_until(self, deadline_of(self, options, "expect_match"), function()
    found = table.pack(self.text:find(pattern))
    return found[1]
  end, function() return ("the pattern %q"):format(pattern) end)
  local _, text = take(self, found[1], found[2])
  if found.n == 2 then return text end
  return table.unpack(found, 3, found.n)
end

-- p:shows(text[, timeout]): waits until these are the last lines of the screen
function Terminal:shows(text, options)
  check_self(self, "shows")
  check_text(text, "shows", 1)
  wait_until(self, deadline_of(self, options, "shows"), function()
    local now = "\n" .. self.display:text()
    return now:sub(-#text - 1) == "\n" .. text
  end, function() return ("a screen that ends with %q"):format(text) end)
end

-- p:send(text...): types it
function Terminal:send(...)
  check_self(self, "send")
  for i = 1, select("#", ...) do check_text(select(i, ...), "send", i) end
  local deadline = deadline_of(self, nil, "send")
  local bytes = table.concat{ ... }
  while #bytes > 0 do -- in pieces, for a program that prints what is typed before it reads on
    local piece = bytes:sub(1, 1024)
    local ok, why = self.handle.pty:write(piece, { timeout = math.max(deadline - plait.now(), 0) })
    if not ok then fail(self, ("send: %s"):format(why)) end
    bytes = bytes:sub(#piece + 1)
    if #bytes > 0 then pump(self, plait.now()) end
  end
  return self
end

-- p:key(name, ...): "Enter", "C-c", "M-x", "Up", "F1", "q"
function Terminal:key(...)
  check_self(self, "key")
  local parts = { ... }
  for i, name in ipairs(parts) do parts[i] = bytes_of(check_text(name, "key", i)) end
  return self:send(table.concat(parts))
end

-- p:paste(text): as terminals do, in brackets if the program has asked for them
function Terminal:paste(text)
  check_self(self, "paste")
  text = check_text(text, "paste", 1):gsub("\n", "\r")
  if self.display.brackets then text = "\27[200~" .. text .. "\27[201~" end
  return self:send(text)
end

-- p:resize(cols, rows)
function Terminal:resize(cols, rows)
  check_self(self, "resize")
  local ok, why = self.handle.pty:resize(cols, rows)
  if not ok then fail(self, ("resize: %s"):format(why)) end
  self.display:resize(cols, rows)
  return self
end

-- p:screen() -> what is shown, lines without blanks at their ends, up to the last one that is not empty
function Terminal:screen()
  check_self(self, "screen")
  while not self.is_over and pump(self, plait.now()) do end
  return self.display:text()
end

-- p:cursor() -> column, row
function Terminal:cursor()
  check_self(self, "cursor")
  return self.display.x, self.display.y
end

-- p:wait([{timeout =, strict =}]) -> {code =, signal =}: waits until the program has ended. `strict`: nothing was printed that was
-- not expected.
function Terminal:wait(options)
  check_self(self, "wait")
  local deadline = deadline_of(self, options, "wait")
  while not self.is_over do
    local ok, why = pump(self, deadline)
    if not ok and why == "timeout" then fail(self, "the program goes on") end
  end
  local _, left = plait.wait({ self.handle }, { timeout = math.max(deadline - plait.now(), 0) })
  if #left > 0 then fail(self, "the program has closed its terminal, and goes on") end
  self.handle:error() -- is received
  if type(options) == "table" and options.strict and self.text:find("%S") then fail(self, "there is text that was not expected") end
  return { code = self.handle.exitcode, signal = self.handle.signal }
end

-- p:close(): hangs up, and waits until the program has ended
function Terminal:close()
  local handle = self.handle
  if self.is_closed then return end
  self.is_closed = true
  if not handle:done() then
    handle:cancel()
    while not self.is_over and pump(self, plait.now() + TIMEOUT) do end
    plait.wait{ handle }
  end
  handle:error()
  handle.pty:close()
end

Terminal.__close = Terminal.close

function Terminal:__tostring() return ("terminal (%s)"):format(tostring(self.handle)) end

------------------------------------------------------------------------------------------------------------------- start

local terminal = {}

function terminal.open(spec)
  local words = command.spec("t.pty", spec, own, passed)
  local cols, rows = spec.cols or 80, spec.rows or 24
  words.pty = { cols = cols, rows = rows }
  words.env = words.env or internal.test().environment()
  for name, value in next, { TERM = "xterm-256color", LC_ALL = "C.UTF-8", INPUTRC = "/dev/null", NO_COLOR = "1" } do
    local said = spec.env and spec.env[name]
    if said == nil then words.env[name] = value end
  end
  words.env.COLUMNS, words.env.LINES = nil, nil
  local self = setmetatable({ display = screen.new(cols, rows), text = "", rest = "", timeout = spec.timeout or TIMEOUT,
    is_over = false }, Terminal)
  self.handle = spawn_process(words)
  self.display.answer = function(bytes) self.handle.pty:write(bytes) end
  return self
end

return terminal
