-- plait.test.spec: the names of busted: describe, it, before_each, ... A file called *_spec.lua runs with them.
--
-- As with busted, the function of a block is called when the blocks before it have run, so what they have done is there. A
-- block has an environment: what is assigned to a name without `local` stays in it, or in the `it` where that is done.

local suite = require "plait.test.suite"
local checks = require "plait.test.checks"
local assert = require "plait.test.luassert"
local doubles = require "plait.test.spy"

local spec = {}

-- The node whose code runs: a block, or an `it`.
local current

local exports = { assert = assert, spy = doubles.spy, stub = doubles.stub, mock = doubles.mock, match = doubles.match }

----------------------------------------------------------------------------------------------------------- environments

local environment = setmetatable({}, {
  __index = function(_, name)
    local node = current
    while node do
      local env = node.env
      if env then
        local value = env[name]
        if value ~= nil then return value end
      end
      node = node.parent
    end
    local value = exports[name]
    if value ~= nil then return value end
    return _G[name]
  end,
  __newindex = function(_, name, value)
    local node = current and current.writes_to or current
    if not node or node == _G then
      _G[name] = value
      return
    end
    node.env = node.env or {}
    node.env[name] = value
  end,
})

-- Runs f as the code of that node. `writes_to`: where its assignments go.
function spec.within(node, writes_to, f, ...)
  local before = current
  local back <close> = setmetatable({}, { __close = function() current = before end })
  current = node
  local old = node.writes_to
  node.writes_to = writes_to
  local restore <close> = setmetatable({}, { __close = function() node.writes_to = old end })
  return f(...)
end

-- The globals and the loaded modules: to be put back after an `insulate`.
function spec.save()
  local globals, loaded = {}, {}
  for name, value in next, _G do globals[name] = value end
  for name, value in next, package.loaded do loaded[name] = value end
  return { globals = globals, loaded = loaded, metatable = debug.getmetatable(_G) }
end

local function put_back(t, values)
  local names = {}
  for name in next, t do names[#names + 1] = name end
  for _, name in ipairs(names) do rawset(t, name, values[name]) end
  for name, value in next, values do
    if rawget(t, name) == nil then rawset(t, name, value) end
  end
end

function spec.restore(state)
  debug.setmetatable(_G, state.metatable)
  put_back(_G, state.globals)
  -- plait's own parts stay: what they have is loaded once.
  for name, value in next, package.loaded do
    if name:find("^plait%.") then state.loaded[name] = value end
  end
  put_back(package.loaded, state.loaded)
end

------------------------------------------------------------------------------------------------------------ descriptors

local function here(what)
  if not suite.current or current ~= suite.current then
    error(("'%s' not supported inside current context block"):format(what), 3)
  end
  return suite.current
end

-- name "reads #slow" has the tag "slow"
local function options_of(name, more)
  local options, tags = more or {}, {}
  for tag in name:gmatch("#(%S+)") do tags[#tags + 1] = tag end
  if #tags > 0 then options.tags = tags end
  return options
end

-- what(name, f), what(f), or what(name)(f)
local function descriptor(what, add)
  exports[what] = function(name, f)
    if f == nil and type(name) ~= "string" then name, f = what, name end
    local group = here(what)
    local file, line = suite.place()
    local function finish(fn)
      return add(group, name, fn, file, line)
    end
    if f == nil and what ~= "pending" then return finish end
    finish(f)
  end
end

local function last_line(f, line)
  if type(f) ~= "function" then return line end
  return math.max(line, debug.getinfo(f, "S").lastlinedefined)
end

local function add_block(mode)
  return function(group, name, f, _, line)
    local node = { kind = "block", name = name, body = f, mode = mode, options = options_of(name), parent = group,
      children = {}, line = line, last_line = last_line(f, line) }
    group.children[#group.children + 1] = node
  end
end

local function add_it(skip)
  return function(group, name, f, file, line)
    suite.count = suite.count + 1
    local node = { kind = "test", name = name, fn = f, options = options_of(name, { skip = skip }), parent = group,
      id = tostring(suite.count), file = file, line = line, last_line = last_line(f, line) }
    group.children[#group.children + 1] = node
  end
end

for _, what in ipairs{ "describe", "context" } do descriptor(what, add_block()) end
descriptor("insulate", add_block("insulate"))
descriptor("expose", add_block("expose"))
for _, what in ipairs{ "it", "spec", "test" } do descriptor(what, add_it()) end
descriptor("pending", add_it(true))

local hooks = { setup = "strict_setup", teardown = "strict_teardown" }
for _, what in ipairs{ "before_each", "after_each", "setup", "teardown", "strict_setup", "strict_teardown", "lazy_setup",
    "lazy_teardown" } do
  local kind = hooks[what] or what
  exports[what] = function(name, f)
    if f == nil then f = name end
    local group = here(what)
    group[kind] = group[kind] or {}
    table.insert(group[kind], f)
  end
end

-- randomize([seed]) or randomize(false)
exports.randomize = function(...)
  local first, second = ...
  local group = here("randomize")
  group.random = select("#", ...) == 0 or first or false
  group.seed = tonumber(first) or tonumber(second)
end

-- pending([reason]) inside of an `it`
local function pending(reason)
  error(setmetatable({ reason = reason and tostring(reason) }, checks.Skip), 0)
end
spec.pending = pending

------------------------------------------------------------------------------------------------------------- the modules

local api = { version = "2.1.1" }
for name, value in next, exports do api[name] = value end
api.fail = function(message)
  error(checks.failure(message == nil and "failed" or tostring(message)), 0)
end
api.sleep = function(seconds) require("plait").sleep(seconds) end
api.monotime = function() return require("plait").now() end
api.gettime = function() return os.time() end
local busted = setmetatable({}, { __index = api, __newindex = function() error("Attempt to modify busted", 2) end })

-- What a suite may require.
local function preload()
  local modules = {
    busted = busted, ["busted.runner"] = function() end, luassert = assert, ["luassert.assert"] = assert,
    ["luassert.spy"] = doubles.spy, ["luassert.stub"] = doubles.stub, ["luassert.mock"] = doubles.mock,
    ["luassert.match"] = doubles.match, ["luassert.util"] = assert.util, say = require "plait.test.say",
  }
  for name, module in next, modules do package.preload[name] = function() return module end end
end

-- The environment of a file; its names are there from here on.
function spec.environment()
  preload()
  current = nil
  return environment
end

return spec
