-- plait.test.spy: spies, stubs, mocks and matchers of busted suites, and what `assert` knows of them.

local assert = require "plait.test.luassert"

local util = assert.util
local same, is_callable = util.same, util.callable

-------------------------------------------------------------------------------------------------------------- matchers

local match = {}

local Matcher = { __call = function(self, value) return self.callback(value) == self.mod end }

local MatcherState = {}
function MatcherState:__index(key) return assert.add_words(self, key) end
function MatcherState:__call(...)
  local entries = assert.resolve("matcher", rawget(self, "tokens"))
  rawset(self, "tokens", {})
  local matcher
  for _, entry in ipairs(entries) do
    matcher = entry.own or matcher
    if entry.modifier then entry.modifier.callback(self, util.make_arglist(...)) end
  end
  if not matcher then return self end
  local arguments = util.make_arglist(...)
  return setmetatable({ name = matcher.name, mod = self.mod, arguments = arguments,
    callback = matcher.callback(self, arguments, 2) }, Matcher)
end

match._ = setmetatable({ mod = true, callback = function() return true end }, Matcher)
function match.state() return setmetatable({ mod = true, tokens = {} }, MatcherState) end
function match.is_matcher(value) return type(value) == "table" and getmetatable(value) == Matcher end
function match.is_ref_matcher(value) return match.is_matcher(value) and value.name == "ref" end
setmetatable(match, { __index = function(_, key) return match.state()[key] end })

-- `needed`: how many arguments it takes at least.
local function matcher(names, make, needed)
  for name in names:gmatch("%S+") do
    assert:register("matcher", name, function(_, arguments)
      if arguments.n < (needed or 0) then
        error(("the '%s' function requires a minimum of %d arguments, got: %d"):format(name, needed, arguments.n), 0)
      end
      return make(table.unpack(arguments, 1, arguments.n))
    end)
  end
end

matcher("true", function() return function(value) return value == true end end)
matcher("false", function() return function(value) return value == false end end)
matcher("truthy", function() return function(value) return value and true or false end end)
matcher("falsy", function() return function(value) return not value end end)
for name in ("nil boolean number string table function userdata thread"):gmatch("%a+") do
  matcher(name, function() return function(value) return type(value) == name end end)
end
matcher("equal equals", function(want) return function(value) return value == want end end, 1)
matcher("same", function(want) return function(value) return same(value, want) end end, 1)
matcher("ref", function(want)
  if type(want) ~= "table" and type(want) ~= "function" and type(want) ~= "userdata" and type(want) ~= "thread" then
    error(("bad argument #1 to 'ref' (object expected, got %s)"):format(type(want)), 0)
  end
  return function(value) return value == want end
end)
matcher("match matches", function(pattern, init, plain)
  if type(pattern) ~= "string" then
    error(("bad argument #1 to 'matches' (string expected, got %s)"):format(type(pattern)), 0)
  end
  if init ~= nil and not tonumber(init) then
    error(("bad argument #2 to 'matches' (number expected, got %s)"):format(type(init)), 0)
  end
  return function(value)
    if not util.hastostring(value) and type(value) ~= "number" then return false end
    return tostring(value):find(pattern, init, plain) ~= nil
  end
end)
matcher("near", function(want, distance)
  want, distance = tonumber(want), tonumber(distance)
  if not want or not distance then error("match.near takes two numbers", 0) end
  return function(value)
    value = tonumber(value)
    return value ~= nil and value >= want - distance and value <= want + distance
  end
end)
matcher("unique", function(deep)
  return function(list)
    for key, value in pairs(list) do
      for other, element in pairs(list) do
        if key ~= other and (value == element or (deep and same(value, element))) then return false end
      end
    end
    return true
  end
end)

-- Of several matchers.
local function composite(name, decide)
  matcher(name, function(...)
    local list = { ... }
    if #list == 0 then error(("the '%s' function requires a minimum of 1 arguments, got: 0"):format(name), 0) end
    for i, one in ipairs(list) do
      if not match.is_matcher(one) then
        error(("bad argument #%d to '%s' (matcher expected, got %s)"):format(i, name, type(one)), 0)
      end
    end
    return function(value)
      local count = 0
      for _, one in ipairs(list) do count = count + (one(value) and 1 or 0) end
      return decide(count, #list)
    end
  end)
end
composite("none_of", function(count) return count == 0 end)
composite("any_of", function(count) return count > 0 end)
composite("all_of", function(count, all) return count == all end)

----------------------------------------------------------------------------------------------------------------- spies

local Spy = {}
local spy = {}

function spy.is_spy(value) return type(value) == "table" and getmetatable(value) == Spy end

-- What an argument was when the function was called: it may be changed afterwards.
local function copy(value, copies)
  if type(value) ~= "table" or match.is_matcher(value) or spy.is_spy(value) then return value end
  if copies[value] then return copies[value] end
  local result = {}
  copies[value] = result
  for key, element in next, value do result[key] = copy(element, copies) end
  return debug.setmetatable(result, debug.getmetatable(value))
end

local function keep(list)
  local values = { n = list.n }
  for i = 1, list.n do values[i] = copy(list[i], {}) end
  return { vals = values, refs = list }
end

local function is_like(call, wanted)
  if call.refs.n ~= wanted.n then return false end
  for i = 1, wanted.n do
    local want = wanted[i]
    if match.is_matcher(want) then
      if not want(match.is_ref_matcher(want) and call.refs[i] or call.vals[i]) then return false end
    elseif not same(call.vals[i], want) then
      return false
    end
  end
  return true
end

local function find(list, wanted)
  for _, call in ipairs(list) do
    if is_like(call, wanted) then return true, call.vals end
  end
  return false, #list > 0 and list[#list].vals or nil
end

function Spy:__call(...)
  table.insert(self.calls, keep(util.make_arglist(...)))
  local results = util.make_arglist(self.callback(...))
  table.insert(self.returnvals, keep(results))
  return table.unpack(results, 1, results.n)
end

local methods = {}

function methods.revert(self)
  if not self.reverted and self.target_table and self.target_key ~= nil then
    self.target_table[self.target_key] = self.callback
  end
  self.reverted = true
  return self.callback
end

function methods.clear(self)
  self.calls, self.returnvals = {}, {}
  return self
end

function methods.called(self, times, compare)
  local count = #self.calls
  if not times and not compare then return count > 0, count end
  if compare then return compare(count, times), count end
  return count == times, count
end

function methods.called_with(self, arguments) return find(self.calls, arguments) end
function methods.returned_with(self, arguments) return find(self.returnvals, arguments) end

function spy.new(callback)
  callback = callback or function() end
  if not is_callable(callback) then
    error(("Cannot spy on type '%s', only on functions or callable elements"):format(type(callback)), 2)
  end
  local self = { calls = {}, returnvals = {}, callback = callback }
  for name, method in next, methods do self[name] = method end
  setmetatable(self, Spy)
  assert:add_spy(self)
  return self
end

function spy.on(target, key)
  local self = spy.new(target[key])
  target[key] = self
  self.target_table, self.target_key = target, key
  return self
end

setmetatable(spy, { __call = function(_, callback) return spy.new(callback) end })

----------------------------------------------------------------------------------------------------------------- stubs

local stub = {}

function stub.new(object, key, ...)
  if object == nil and key == nil then object, key = {}, "" end
  if type(object) ~= "table" or key == nil then
    error("stub.new(): Can only create stub on a table key, call with 2 params; table, key", 2)
  end
  local before = object[key]
  if before ~= nil and not is_callable(before) then
    error("stub.new(): The element for which to create a stub must either be callable, or be nil", 2)
  end
  local values = table.pack(...)
  local default = values.n == 1 and is_callable(values[1]) and values[1]
    or function() return table.unpack(values, 1, values.n) end
  local special = {} -- for certain arguments
  object[key] = function(...)
    local call = keep(util.make_arglist(...))
    for _, case in ipairs(special) do
      if is_like(call, case.arguments) then return case.action(...) end
    end
    return default(...)
  end
  local self = spy.on(object, key)
  local revert = self.revert
  function self.revert(me)
    if not me.reverted then
      revert(me)
      object[key] = before
    end
    return before
  end
  local function returning(...)
    local list = table.pack(...)
    return function() return table.unpack(list, 1, list.n) end
  end
  function self.returns(...)
    default = returning(...)
    return self
  end
  function self.invokes(f)
    default = function(...) return f(...) end
    return self
  end
  self.by_default = { returns = self.returns, invokes = self.invokes }
  function self.on_call_with(...)
    local wanted = keep(util.make_arglist(...)).vals
    local function add(action)
      table.insert(special, { arguments = wanted, action = action })
      return self
    end
    return {
      returns = function(...) return add(returning(...)) end,
      invokes = function(f) return add(function(...) return f(...) end) end,
    }
  end
  return self
end

setmetatable(stub, { __call = function(_, ...) return stub.new(...) end })

----------------------------------------------------------------------------------------------------------------- mocks

local mock = {}

-- Every function in the table, to any depth, becomes a spy, or a stub.
function mock.new(object, does_stub, action, owner, key)
  local seen = {}
  local function change(value, parent, name)
    if type(value) == "function" then
      if does_stub then return stub.new(parent, name, action) end
      if parent == nil then return spy.new(value) end
      return spy.on(parent, name)
    end
    if type(value) ~= "table" or spy.is_spy(value) or seen[value] then return value end
    seen[value] = true
    local keys = {}
    for inner in pairs(value) do keys[#keys + 1] = inner end
    for _, inner in ipairs(keys) do value[inner] = change(value[inner], value, inner) end
    return value
  end
  return change(object, owner, key)
end

local function for_each(object, action, seen)
  if type(object) ~= "table" or seen[object] then return object end
  seen[object] = true
  if spy.is_spy(object) then return object[action](object) end
  local values = {}
  for _, value in pairs(object) do values[#values + 1] = value end
  for _, value in ipairs(values) do for_each(value, action, seen) end
  return object
end

function mock.clear(object) return for_each(object, "clear", {}) end
function mock.revert(object) return for_each(object, "revert", {}) end

setmetatable(mock, { __call = function(_, ...) return mock.new(...) end })

-------------------------------------------------------------------------------------------------------- the assertions

local function set_payload(state, arguments)
  rawset(state, "payload", arguments[1])
  if arguments[2] ~= nil then rawset(state, "failure_message", arguments[2]) end
end
assert:register("modifier", "spy", set_payload)
assert:register("modifier", "stub", set_payload)

local function payload_of(state, name)
  local payload = rawget(state, "payload")
  if type(payload) == "function" and name:find("^called") and name ~= "called_with" then
    error("When calling 'spy(aspy)', 'aspy' must not be the original function, but the spy function replacing the original", 0)
  end
  if type(payload) ~= "table" or not payload[name:match("^called_with$") or name:match("^returned_with$") or "called"] then
    error(("'%s' must be chained after 'spy(aspy)'"):format(name), 0)
  end
  return payload
end

local function show(value) return value == nil and "no call" or require("plait.test.diff").show(value) end

for name, words in pairs{ called_with = "called", returned_with = "returned" } do
  assert:register("assertion", name, function(state, arguments)
    local holds, found = payload_of(state, name)[name](rawget(state, "payload"), arguments)
    local wanted = { n = nil }
    for i = 1, arguments.n do wanted[i] = match.is_matcher(arguments[i]) and "<matcher>" or arguments[i] end
    rawset(state, "detail", { message = ("never %s with such values"):format(words),
      negative = ("%s with such values"):format(words), got = show(found), want = show(wanted) })
    return holds
  end)
end

local comparisons = {
  called = { "exactly" },
  called_at_least = { "at least", function(count, times) return count >= times end },
  called_at_most = { "at most", function(count, times) return count <= times end },
  called_more_than = { "more than", function(count, times) return count > times end },
  called_less_than = { "less than", function(count, times) return count < times end },
}
for name, comparison in pairs(comparisons) do
  assert:register("assertion", name, function(state, arguments)
    local times = arguments[1]
    if not times and not state.mod then -- was_not.called()
      state.mod, times = true, 0
    end
    local payload = payload_of(state, name)
    local holds, count = payload:called(times, comparison[2])
    rawset(state, "detail", { message = "another number of calls", negative = "that number of calls", got = tostring(count),
      want = times and ("%s %s"):format(comparison[1], times) or "at least 1" })
    return holds
  end)
end

return { spy = spy, stub = stub, mock = mock, match = match }
