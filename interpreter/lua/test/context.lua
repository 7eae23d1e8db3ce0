-- plait.test.context: the object `t` that a test gets.

local internal = require "plait.internal"
local checks = require "plait.test.checks"
local suite = require "plait.test.suite"

local fatal, raw = checks.fatal, checks.raw

local Test = { __name = "test" }
local methods = {}

-- Functions that belong to one test, made when they are first used: name -> function(t) that makes it. So they can be
-- called with a dot as well as with a colon: the test in front of the arguments is left out.
local bound = {}

local function from_tools(name)
  return function(t) return require("plait.test.tools")[name](t) end
end
for _, name in ipairs{ "tmpdir", "setenv", "chdir", "patch", "snapshot", "golden" } do bound[name] = from_tools(name) end

function Test.__index(t, name)
  local found = fatal[name] or methods[name]
  if found then return found end
  local make = bound[name]
  if make then
    local fn = make(t)
    found = type(fn) == "function" and function(first, ...)
      if rawequal(first, t) then return fn(...) end
      return fn(first, ...)
    end or fn
    rawset(t, name, found)
    return found
  end
end

function Test.__tostring(t) return t.name end

-- A failure that does not end the test.
local function note(t, failure)
  local record = require("plait.test.failures").of(failure, debug.traceback("", 3))
  t.state.failures[#t.state.failures + 1] = record
end

-- t.check.eq(...) and the others: they return whether it holds.
function bound.check(t)
  return setmetatable({}, { __index = function(self, name)
    local check = raw[name]
    if not check and name == "snapshot" then check = require("plait.test.tools").check_snapshot(t) end
    if not check then suite.usage("t.check: there is no assertion %s", internal.describe(name)) end
    local function run(...)
      local failure = check(...)
      if failure then note(t, failure) end
      return failure == nil
    end
    self[name] = run
    return run
  end })
end

-- t.defer(f, ...): called when the test has ended, the last one first
function bound.defer(t)
  return function(f, ...)
    if not internal.is_callable(f) then
      suite.usage("t.defer: argument 1 is %s, not a function", internal.describe(f))
    end
    local list = t.state.deferred
    if not list then
      list = {}
      t.state.deferred = list
    end
    local arguments = table.pack(...)
    list[#list + 1] = function() f(table.unpack(arguments, 1, arguments.n)) end
  end
end

-- t.cmd{"program", ...} -> {code =, stdout =, ...}: command.lua
function bound.cmd() return require("plait.test.command").run end

-- t.pty{"program", ...} -> a program in a terminal: terminal.lua. It is hung up at the end of the test.
function bound.pty(t)
  return function(spec)
    local terminal = require("plait.test.terminal").open(spec)
    t.defer(terminal.close, terminal)
    return terminal
  end
end

-- t.log(...): shown with the test if it fails
function bound.log(t)
  return function(...)
    local parts = table.pack(...)
    for i = 1, parts.n do parts[i] = type(parts[i]) == "string" and parts[i] or require("plait.repr")(parts[i]) end
    local list = t.state.log or {}
    t.state.log = list
    list[#list + 1] = table.concat(parts, "\t", 1, parts.n)
  end
end

-- t.skip([reason]): ends the test, which counts as skipped
function bound.skip()
  return function(reason) error(setmetatable({ reason = reason and tostring(reason) }, checks.Skip), 0) end
end
checks.Skip = { __name = "skip", __tostring = function() return "t.skip was called" end }

-- t.clock: the virtual clock of the test
function bound.clock(t)
  return t.state.clock or suite.usage("t.clock: the test has the real clock; write test(name, {clock = \"virtual\"}, f)")
end

-- t:run(name, [options,] f) -> whether it has passed
function methods.run(t, name, options, fn)
  if type(t) ~= "table" or getmetatable(t) ~= Test then suite.usage("run: write t:run(name, function(t) ... end)") end
  if fn == nil then options, fn = {}, options end
  if type(name) ~= "string" then suite.usage("t:run: argument 1 is %s, not a name", internal.describe(name)) end
  if not internal.is_callable(fn) then suite.usage("t:run: %q has no function", name) end
  suite.check_options("t:run", options)
  return t.state.session.run_subtest(t, name, options, fn)
end

-- t:use(fixture) -> the value of the fixture
function methods.use(t, fixture)
  if getmetatable(fixture) ~= suite.fixture then
    suite.usage("t:use: argument 1 is %s, not a fixture", internal.describe(fixture))
  end
  return require("plait.test.fixtures").use(t, fixture)
end

local context = { bound = bound, Test = Test }

-- new(state) -> t. `state`: what run.lua knows of the test; the script has no business there.
function context.new(name, id, file, line, state)
  return setmetatable({ name = name, id = id, file = file, line = line, state = state }, Test)
end

return context
