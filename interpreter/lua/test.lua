-- plait.test: what a test file uses.
--
--     local test = require "plait.test"
--     test("adds", function(t) t.eq(1 + 1, 2) end)
--
-- What it says is kept (test/suite.lua) and run when the file has been read (test/run.lua): by `plait test`, or at the end
-- of the script if the file is run as one.

local internal = require "plait.internal"
local suite = require "plait.test.suite"

local test = {}

-- In a script of its own, tests are run when the script has ended.
local function begin_alone()
  if suite.current or suite.is_busy then return end
  suite.begin(arg and arg[0] or "?")
  internal.test().at_end(function() return require("plait.test.run").alone(suite.root) end)
end

local function add(what, more)
  return function(name, options, fn)
    begin_alone()
    suite.add_test(what, name, options, fn, more)
  end
end

-- test(name, [options,] function(t) ... end)
local add_plain = add("test")
test.skip = add("test.skip", { skip = true })
test.only = add("test.only", { only = true })
test.fails = add("test.fails", { fails = true })

-- test.group(name, [options,] function() ... end)
function test.group(name, options, fn)
  begin_alone()
  suite.add_group("test.group", name, options, fn)
end

for _, kind in ipairs{ "before_each", "after_each", "before_all", "after_all" } do
  test[kind] = function(fn)
    begin_alone()
    suite.add_hook(kind, fn)
  end
end

-- The name of one row: its values in the places that string.format has for them.
local function row_name(name, row, number)
  if not name:find("%%") then return ("%s [%d]"):format(name, number) end
  local values = {}
  for i = 1, row.n or #row do
    local value = row[i]
    values[i] = (type(value) == "string" or type(value) == "number") and value or require("plait.repr")(value)
  end
  local ok, text = pcall(string.format, name, table.unpack(values, 1, row.n or #row))
  if not ok then
    suite.usage("test.each: %q does not fit row %d: %s", name, number, (text:gsub("^.-to 'format' ", "")))
  end
  return text
end

-- test.each(rows, name, [options,] function(t, ...) ... end): one test for each row, which is a list of arguments, or one
function test.each(rows, name, options, fn)
  begin_alone()
  if type(rows) ~= "table" then
    suite.usage("test.each: argument 1 is %s, not a list of rows", internal.describe(rows))
  end
  if fn == nil then options, fn = {}, options end
  if type(name) ~= "string" then suite.usage("test.each: argument 2 is %s, not a name", internal.describe(name)) end
  if type(fn) ~= "function" then suite.usage("test.each: %q has no function", name) end
  for number, row in ipairs(rows) do
    if type(row) ~= "table" then row = { row } end
    local node = suite.add_test("test.each", row_name(name, row, number), options,
      function(t) return fn(t, table.unpack(row, 1, row.n or #row)) end)
    node.last_line = math.max(node.line, internal.test().last_line(fn))
  end
end

-- test.fixture([scope,] function(t, use) ... use(value) ... end) -> fixture, for the option `fixtures`
function test.fixture(scope, fn)
  if fn == nil then scope, fn = "test", scope end
  if scope ~= "test" and scope ~= "file" then
    suite.usage("test.fixture: the scope is %s; it can be one of: test, file", internal.describe(scope))
  end
  if not internal.is_callable(fn) then
    suite.usage("test.fixture: argument %d is %s, not a function; write test.fixture(function(t, use) ... use(value) end)",
      scope == "test" and 1 or 2, internal.describe(fn))
  end
  local file, line = suite.place()
  return setmetatable({ scope = scope, fn = fn, at = file .. ":" .. line }, suite.fixture)
end

suite.fixture = { __name = "fixture", __tostring = function(f) return "fixture of " .. f.at end }

-- Assertions are functions here as well: test.eq, ...; read at first use.
return setmetatable(test, {
  __call = function(_, name, options, fn) add_plain(name, options, fn) end,
  __index = function(_, name)
    local found = require("plait.test.checks").fatal[name]
    if found then rawset(test, name, found) end
    return found
  end,
})
