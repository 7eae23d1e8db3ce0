-- plait.test.suite: what a test file says, as a tree. Groups and tests are nodes, in the order of the file; plait.test and
-- plait.test.spec make them, plait.test.run runs them.

local internal = require "plait.internal"

local suite = {
  root = nil,    -- of the file that is read or run
  current = nil, -- the group whose function runs; nil: nothing may be added
  count = 0,     -- of the tests there are
}

local raw = internal.test()

function suite.usage(text, ...)
  internal.raise("usage", text:format(...))
end

-- Where the caller is, without plait's own lines: "file.lua", 12.
suite.place = raw.place

local function new_group(name, options, parent)
  return { kind = "group", name = name, options = options, parent = parent, children = {} }
end

-- A new tree, for the file `path`; what is added goes there.
function suite.begin(path)
  suite.root = new_group(nil, {}, nil)
  suite.root.file = path
  suite.current = suite.root
  suite.count = 0
  return suite.root
end

local test_options = {
  timeout = "number", tags = "table", skip = "any", only = "boolean", fails = "any", clock = "string",
  fixtures = "table", leaks = "string", retry = "number",
}
local allowed = { clock = { real = true, virtual = true }, leaks = { fail = true, strict = true, warn = true, off = true } }

local function check_list(what, name, list, kind)
  for i, value in ipairs(list) do
    if type(value) ~= kind and kind ~= "any" then
      suite.usage("%s: %s[%d] is %s, not a %s", what, name, i, internal.describe(value), kind)
    end
  end
end

-- Raises if one of the options is unknown, or no such value as it takes.
function suite.check_options(what, options)
  for name, value in next, options do
    local kind = test_options[name]
    if not kind then
      suite.usage("%s: there is no option %s; there are timeout, tags, skip, only, fails, clock, fixtures, leaks and retry",
        what, internal.describe(name))
    end
    if kind ~= "any" and type(value) ~= kind then
      suite.usage("%s: %s is %s, not a %s", what, name, internal.describe(value), kind)
    end
    if allowed[name] and not allowed[name][value] then
      suite.usage("%s: %s is %q; it can be one of: %s", what, name, value, name == "clock" and "real, virtual" or
        "fail, strict, warn, off")
    end
    if kind == "number" and not (value > 0) then suite.usage("%s: %s is %s, not more than 0", what, name, value) end
  end
  if options.tags then check_list(what, "tags", options.tags, "string") end
  return options
end

local none = {}

-- (what, name, options or function, function or nil) -> checked name, options, function
local function arguments(what, name, options, fn)
  if fn == nil and type(options) ~= "table" then options, fn = none, options end
  if type(name) ~= "string" then
    suite.usage("%s: argument 1 is %s, not a name; write %s(\"name\", function(t) ... end)", what, internal.describe(name),
      what)
  end
  if type(options) ~= "table" then
    suite.usage("%s: argument 2 is %s, not a table of options", what, internal.describe(options))
  end
  if options ~= none then suite.check_options(what, options) end
  return name, options, fn
end

local function here(what)
  local group = suite.current
  if not group then
    suite.usage("%s: tests are defined while their file is read; inside of a test write t:run(name, f)", what)
  end
  return group
end

-- Adds a test. `more`: options that its kind has; `lines`: where it is, if not where its function is.
function suite.add_test(what, name, options, fn, more)
  name, options, fn = arguments(what, name, options, fn)
  local group = here(what)
  if more then
    local all = {}
    for key, value in next, options do all[key] = value end
    for key, value in next, more do all[key] = value end
    options = all
  end
  if not internal.is_callable(fn) and not (fn == nil and options.skip) then
    suite.usage("%s: %q has no function; write %s(%q, function(t) ... end)", what, name, what, name)
  end
  local file, line = suite.place()
  local last = raw.last_line(fn)
  suite.count = suite.count + 1
  local node = {
    kind = "test", name = name, options = options, fn = fn, parent = group, id = tostring(suite.count),
    file = file, line = line, last_line = last > line and last or line,
  }
  local children = group.children
  children[#children + 1] = node
  return node
end

-- Adds a group and calls its function, which adds what is in it.
function suite.add_group(what, name, options, fn, more)
  name, options, fn = arguments(what, name, options, fn)
  local parent = here(what)
  if type(fn) ~= "function" then
    suite.usage("%s: %q has no function; write %s(%q, function() ... end)", what, name, what, name)
  end
  local group = new_group(name, options, parent)
  for key, value in next, more or {} do group[key] = value end
  local _, line = suite.place()
  group.line, group.last_line = line, math.max(line, raw.last_line(fn))
  parent.children[#parent.children + 1] = group
  suite.current = group
  local back <close> = setmetatable({}, { __close = function() suite.current = parent end })
  fn(group)
  return group
end

-- Adds a function to those that are called at certain times in the group.
function suite.add_hook(kind, fn)
  local group = here(kind)
  if not internal.is_callable(fn) then
    suite.usage("%s: argument 1 is %s, not a function", kind, internal.describe(fn))
  end
  local list = group[kind]
  if not list then
    list = {}
    group[kind] = list
  end
  list[#list + 1] = fn
end

-- "group › name"
function suite.full_name(node)
  local name = node.name
  local parent = node.parent
  while parent do
    if parent.name and parent.name ~= "" then name = parent.name .. " › " .. name end
    parent = parent.parent
  end
  return name
end

-- The options of the node with those of the groups around it, the nearest first.
function suite.options(node)
  local all = node.all
  if all then return all end
  all = node.options
  if node.parent then
    local outer = suite.options(node.parent)
    if next(all) == nil then
      all = outer
    elseif next(outer) ~= nil then
      all = setmetatable({}, { __index = outer })
      for name, value in next, node.options do all[name] = value end
    end
  end
  node.all = all
  return all
end

return suite
