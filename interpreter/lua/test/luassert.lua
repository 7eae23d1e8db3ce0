-- plait.test.luassert: the `assert` of busted suites. `assert.is_not.same(a, b)`, `assert.has_error(f)` and so on are words:
-- modifiers, and last an assertion, which is called with what it is about. What was wanted comes first, what there is second.
--
-- An assertion is a function (state, arguments, level) -> whether it holds[, list of what is returned]; `assert:register` adds
-- others. Those of this file leave in the state's field `detail` what a report shows.

local checks = require "plait.test.checks"
local say = require "plait.test.say"

local namespaces = { assertion = {}, modifier = {}, matcher = {} }
local formatters, parameters, spies = {}, {}, {}

local assert_object = { namespaces = namespaces }

local function show(value)
  for _, formatter in ipairs(formatters) do
    local text = formatter(value)
    if text ~= nil then return tostring(text) end
  end
  return require("plait.test.diff").show(value)
end

local function has_text(value)
  if type(value) == "string" then return true end
  local metatable = debug.getmetatable(value)
  return type(metatable) == "table" and type(rawget(metatable, "__tostring")) == "function"
end

local function is_callable(value)
  if type(value) == "function" then return true end
  local metatable = debug.getmetatable(value)
  return type(metatable) == "table" and type(metatable.__call) == "function"
end

------------------------------------------------------------------------------------------------------------ comparing

-- Deep, with __eq where both have the same (but for the outermost two), and cycles by their shape.
local function same(a, b, is_inner, met)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  local ours, theirs = debug.getmetatable(a), debug.getmetatable(b)
  if ours and ours == theirs and ours.__eq then
    if is_inner then return a == b end
  elseif rawequal(a, b) then
    return true
  end
  met = met or {}
  local others = met[a] or {}
  met[a] = others
  if others[b] then return true end
  others[b] = true
  for key, value in next, a do
    local other = b[key]
    if other == nil or not same(value, other, true, met) then return false end
  end
  for key in next, b do
    if a[key] == nil then return false end
  end
  return true
end

------------------------------------------------------------------------------------------------------------- the words

-- The words "is", "not", "nil" -> their entries: each time the longest name that begins there.
local function resolve(kind, words)
  local found, at = {}, 1
  while at <= #words do
    local entry, last
    for stop = #words, at, -1 do
      local name = table.concat(words, "_", at, stop)
      local modifier, own = namespaces.modifier[name], namespaces[kind][name]
      if own or modifier then
        entry, last = { name = name, modifier = not own and modifier or nil, own = own }, stop
        break
      end
    end
    if not entry then
      error(("luassert: unknown modifier/%s: '%s'"):format(kind, table.concat(words, "_")), 3)
    end
    found[#found + 1] = entry
    at = last + 1
  end
  return found
end

local function add_words(state, key)
  for word in tostring(key):lower():gmatch("[^_]+") do table.insert(state.tokens, word) end
  return state
end

-- Lists of arguments are told from tables by this.
local Arguments = {}
local function arguments_of(...)
  return setmetatable(table.pack(...), Arguments)
end

local function message_of(state, entry, arguments)
  local key = state.mod and entry.positive or entry.negative
  local values = { n = arguments.n or #arguments }
  for i = 1, values.n do
    local plain = arguments.nofmt and arguments.nofmt[i]
    values[i] = plain and tostring(arguments[i]) or show(arguments[i])
  end
  return key and (say(key, values) or key) or nil
end

-- The failure of an assertion: what it has left in the state, or its text.
local function failure_of(state, entry, arguments)
  local own = rawget(state, "failure_message")
  if own ~= nil then own = has_text(own) and tostring(own) or show(own) end
  local detail = rawget(state, "detail")
  local message
  if detail then
    message = state.mod and detail.message or detail.negative or "not " .. detail.message
  else
    message = message_of(state, entry, arguments)
  end
  local fields = {}
  if detail and detail.compares then
    local found = state.mod and require("plait.test.diff").describe(detail.got, detail.want, { eq = true }) or nil
    fields.got = found and found.got or show(detail.got)
    fields.want = found and found.want or "anything but " .. show(detail.want)
    fields.diff = found and found.diff
    if found and detail.is_deep then message = "not the same" .. found.message:gsub("^not equal", "") end
  elseif detail then
    fields.got, fields.want = detail.got, detail.want
  end
  if own and message then message = own .. "\n" .. message end
  return checks.failure(message or own or "assertion failed!", fields)
end

local State = {}

function State:__index(key) return add_words(self, key) end

function State:__call(...)
  local entries = resolve("assertion", rawget(self, "tokens"))
  local assertion
  for _, entry in ipairs(entries) do assertion = entry.own or assertion end
  local arguments = arguments_of(...)
  if not assertion then
    rawset(self, "tokens", {})
    for _, entry in ipairs(entries) do entry.modifier.callback(self, arguments, 2) end
    return self
  end
  for _, entry in ipairs(entries) do
    if entry.modifier then entry.modifier.callback(self) end
  end
  local holds, returned = assertion.callback(self, arguments, 2)
  if (not holds) == self.mod then error(failure_of(self, assertion, arguments), 0) end
  if returned then return table.unpack(returned, 1, returned.n or #returned) end
  return ...
end

local function new_state() return setmetatable({ mod = true, tokens = {} }, State) end

----------------------------------------------------------------------------------------------------------- the object

function assert_object.register(_, kind, name, callback, positive, negative)
  namespaces[kind] = namespaces[kind] or {}
  name = name:lower()
  namespaces[kind][name] = { name = name, callback = callback, positive = positive, negative = negative }
end

function assert_object.unregister(_, kind, name)
  if namespaces[kind] then namespaces[kind][name:lower()] = nil end
end

function assert_object.state() return new_state() end

function assert_object.add_formatter(_, formatter) table.insert(formatters, 1, formatter) end
function assert_object.remove_formatter(_, formatter)
  for i, other in ipairs(formatters) do
    if other == formatter then return table.remove(formatters, i) end
  end
end

-- The list with its values as texts.
function assert_object.format(_, arguments)
  for i = 1, arguments.n or #arguments do
    if not (arguments.nofmt and arguments.nofmt[i]) then arguments[i] = show(arguments[i]) end
  end
  return arguments
end

function assert_object.set_parameter(_, name, value) parameters[name] = value end
function assert_object.get_parameter(_, name) return parameters[name] end

function assert_object.add_spy(_, spy) spies[#spies + 1] = spy end

-- assert:snapshot() -> s; s:revert() takes back spies, stubs, formatters and parameters since then
local Snapshot = {}
Snapshot.__index = Snapshot
function Snapshot:revert()
  if self.is_over then return end
  self.is_over = true
  for i = #spies, self.count + 1, -1 do
    spies[i]:revert()
    spies[i] = nil
  end
  formatters, parameters = self.formatters, self.parameters
end
Snapshot.__call = Snapshot.revert

function assert_object.snapshot()
  local kept = {}
  for name, value in next, parameters do kept[name] = value end
  return setmetatable({ count = #spies, formatters = table.move(formatters, 1, #formatters, 1, {}), parameters = kept },
    Snapshot)
end

local Level = {}
function assert_object.level(_, level) return setmetatable({ level = level }, Level) end
function assert_object.get_level(_, level) return getmetatable(level) == Level and level.level or nil end

-- assert(v[, message])
local function call(_, value, message, ...)
  if value then return value, message, ... end
  if message ~= nil and not has_text(message) and type(message) ~= "number" then error(message, 0) end
  local asserted = require("plait.test.explain").capture(nil, 2)
  local failure = checks.failure(message ~= nil and tostring(message) or "assertion failed!")
  if asserted then failure.values = asserted.values end
  error(failure, 0)
end

setmetatable(assert_object, {
  __call = call,
  __index = function(_, key)
    local list = rawget(assert_object, "lists")
    if list and list[key] then return list[key] end
    return add_words(new_state(), key)
  end,
})

-- What spies need, and modules that ask for luassert.util.
assert_object.util = {
  same = same, deepcompare = function(a, b, ignores) return same(a, b, not ignores) end, callable = is_callable,
  hastostring = has_text, make_arglist = arguments_of, pack = table.pack,
  is_arglist = function(value) return getmetatable(value) == Arguments end,
  unpack = function(t, from, to) return table.unpack(t, from or 1, to or t.n or #t) end,
}
assert_object.resolve, assert_object.add_words = resolve, add_words

---------------------------------------------------------------------------------------------------------- the modifiers

local function register(kind, names, callback, positive, negative)
  for name in names:gmatch("%S+") do assert_object:register(kind, name, callback, positive, negative) end
end

register("modifier", "is are was has does", function(state) return state end)
register("modifier", "not no", function(state)
  state.mod = not state.mod
  return state
end)
register("modifier", "message", function(state, arguments) rawset(state, "failure_message", arguments[1]) end)

---------------------------------------------------------------------------------------------------------- the assertions

local function detail(state, fields) rawset(state, "detail", fields) end

local function note_message(state, message)
  if message ~= nil then rawset(state, "failure_message", message) end
end

local function need(arguments, count, name)
  if arguments.n < count then
    error(("the '%s' function requires a minimum of %d arguments, got: %d"):format(name, count, arguments.n), 0)
  end
end

local function wrong(position, name, wanted, value)
  error(("bad argument #%d to '%s' (%s expected, got %s)"):format(position, name, wanted, value), 0)
end

register("assertion", "equal equals", function(state, arguments)
  need(arguments, 2, "equals")
  local want, got = arguments[1], arguments[2]
  note_message(state, arguments[3])
  detail(state, { message = "not equal", negative = "equal, and should not be", got = got, want = want, compares = true })
  return want == got
end)

register("assertion", "same", function(state, arguments)
  need(arguments, 2, "same")
  local want, got = arguments[1], arguments[2]
  note_message(state, arguments[3])
  detail(state, { message = "not the same", negative = "the same, and should not be", got = got, want = want, compares = true,
    is_deep = true })
  return same(want, got)
end)

-- unique(list[, message][, deep]), or unique(list, deep, message)
register("assertion", "unique", function(state, arguments)
  local list, deep, message = arguments[1], arguments[3], arguments[2]
  if type(message) == "boolean" or (message == nil and arguments.n > 2) then deep, message = message, deep end
  note_message(state, message)
  detail(state, { message = "has an element twice", negative = "has no element twice", got = show(list) })
  for key, value in pairs(list) do
    for other, element in pairs(list) do
      if key ~= other and (value == element or (deep == true and same(value, element))) then return false end
    end
  end
  return true
end)

register("assertion", "near", function(state, arguments)
  need(arguments, 3, "near")
  local want, got, distance = tonumber(arguments[1]), tonumber(arguments[2]), tonumber(arguments[3])
  for i = 1, 3 do
    if not tonumber(arguments[i]) then wrong(i, "near", "number or object convertible to a number", show(arguments[i])) end
  end
  note_message(state, arguments[4])
  detail(state, { message = "not near enough", negative = "too near", got = show(got),
    want = ("%s ± %s"):format(show(want), show(distance)) })
  return got >= want - distance and got <= want + distance
end)

-- The message among what follows the first two arguments: neither a boolean nor a number.
local function take_message(state, arguments)
  for i = 3, arguments.n do
    local value = arguments[i]
    if value and type(value) ~= "boolean" and not tonumber(value) then
      note_message(state, value)
      for k = i, arguments.n do arguments[k] = arguments[k + 1] end
      arguments.n = arguments.n - 1
      return
    end
  end
end

local function match(text, pattern, init, plain)
  if plain then
    local found = text:find(pattern, init, true) ~= nil
    return found, found and { pattern } or {}
  end
  local captured = table.pack(text:match(pattern, init))
  return captured[1] ~= nil, captured
end

register("assertion", "matches match", function(state, arguments)
  need(arguments, 2, "matches")
  local pattern, value = arguments[1], arguments[2]
  if type(pattern) ~= "string" then wrong(1, "matches", "string", type(pattern)) end
  if not has_text(value) and type(value) ~= "number" then
    wrong(2, "matches", "string or object convertible to a string", show(value))
  end
  take_message(state, arguments)
  if arguments[3] ~= nil and not tonumber(arguments[3]) then wrong(3, "matches", "number", type(arguments[3])) end
  detail(state, { message = "does not match", negative = "matches, and should not", got = show(tostring(value)),
    want = "what matches " .. show(pattern) })
  return match(tostring(value), pattern, arguments[3], arguments[4])
end)

register("assertion", "truthy", function(state, arguments)
  need(arguments, 1, "truthy")
  note_message(state, arguments[2])
  detail(state, { message = "neither nil nor false was wanted", negative = "nil or false was wanted", got = show(arguments[1]) })
  return arguments[1] and true or false
end)

register("assertion", "falsy", function(state, arguments)
  need(arguments, 1, "falsy")
  note_message(state, arguments[2])
  detail(state, { message = "nil or false was wanted", negative = "neither nil nor false was wanted", got = show(arguments[1]) })
  return not arguments[1]
end)

for _, value in ipairs{ true, false } do
  register("assertion", tostring(value), function(state, arguments)
    note_message(state, arguments[2])
    detail(state, { message = ("not %s"):format(value), negative = ("%s, and should not be"):format(value),
      got = show(arguments[1]), want = tostring(value) })
    return arguments[1] == value
  end)
end

for name in ("boolean number string table nil userdata function thread"):gmatch("%a+") do
  register("assertion", name, function(state, arguments)
    note_message(state, arguments[2])
    detail(state, { message = "of another type", negative = "of that type", got = show(arguments[1]), want = "type " .. name })
    return type(arguments[1]) == name
  end)
end

register("assertion", "returned_arguments", function(state, arguments)
  local count = arguments.n - 1
  detail(state, { message = "another number of values", negative = "that number of values", got = tostring(count),
    want = tostring(arguments[1]) })
  return tostring(arguments[1]) == tostring(count)
end)

-- The error of f without its place, and whether there was one.
local function error_of(f)
  local ok, err = pcall(f)
  if type(err) == "string" then err = err:gsub("^.-:%d+: ", "", 1) end
  return not ok, err
end

register("assertion", "error errors", function(state, arguments)
  local f, want = arguments[1], arguments[2]
  if not is_callable(f) then wrong(1, "error", "function or callable object", type(f)) end
  note_message(state, arguments[3])
  local has_failed, err = error_of(f)
  local returned = { err, table.unpack(arguments, 2, arguments.n) }
  returned.n = math.max(arguments.n, 1)
  detail(state, { message = has_failed and "another error was raised" or "no error was raised",
    negative = "an error was raised", got = has_failed and show(err) or nil, want = want ~= nil and show(want) or nil })
  if not has_failed or want == nil then return has_failed, returned end
  if type(want) == "string" and has_text(err) then
    returned[1] = tostring(err)
    return want == returned[1], returned
  end
  if type(want) == "number" and type(err) == "string" then return tostring(want) == tostring(tonumber(err)), returned end
  return same(want, err), returned
end)

register("assertion", "error_matches error_match matches_error match_error", function(state, arguments)
  need(arguments, 2, "error_matches")
  local f, pattern = arguments[1], arguments[2]
  if not is_callable(f) then wrong(1, "error_matches", "function or callable object", type(f)) end
  if pattern ~= nil and type(pattern) ~= "string" then wrong(2, "error", "string", type(pattern)) end
  take_message(state, arguments)
  if arguments[3] ~= nil and not tonumber(arguments[3]) then wrong(3, "matches", "number", type(arguments[3])) end
  local has_failed, err = error_of(f)
  detail(state, { message = has_failed and "another error was raised" or "no error was raised",
    negative = "an error that matches was raised", got = has_failed and show(err) or nil,
    want = "one that matches " .. show(pattern) })
  local returned = { err, table.unpack(arguments, 2, arguments.n) }
  returned.n = arguments.n
  if not has_failed then return false, returned end
  if err == nil and pattern == nil then return true, {} end
  if has_text(err) or type(err) == "number" or type(err) == "boolean" then
    local found, captured = match(tostring(err), pattern or "", arguments[3], arguments[4])
    if found then return true, captured end
    returned[1] = tostring(err)
  end
  return false, returned
end)

-- assert.array(list).has.no.holes([length])
register("modifier", "array", function(state, arguments)
  if arguments.n == 0 then error("No array provided to the array-modifier", 0) end
  rawset(state, "array_of", arguments[1])
  return state
end)

register("assertion", "holes", function(state, arguments)
  local list, length = rawget(state, "array_of"), arguments[1]
  if list == nil then error("No array set, please use the array modifier to set the array to validate", 0) end
  if length == nil then
    length = 0
    for key in pairs(list) do
      if math.tointeger(key) and key > length then length = key end
    end
  end
  if type(length) ~= "number" then
    error("expected array length to be of type 'number', got: " .. tostring(length), 0)
  end
  local missing
  for i = 1, length do
    if list[i] == nil then
      missing = i
      break
    end
  end
  detail(state, { message = "has no hole", negative = "has a hole at " .. tostring(missing), got = show(list) })
  return missing ~= nil, { missing, n = 1 }
end)

return assert_object
