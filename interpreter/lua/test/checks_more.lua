-- plait.test.checks_more: the assertions that are not used in every file; see checks.lua.

local internal = require "plait.internal"
local suite = require "plait.test.suite"
local equal = require "plait.test.equal"

return function(checks, raw, show, with_note)

-- Near by a distance, 1e-9 of the greater one if none is given.
function raw.near(got, want, distance, note)
  if type(got) ~= "number" or type(want) ~= "number" then
    return checks.failure(with_note(note, "not two numbers"), { got = show(got, want), want = show(want, got) })
  end
  local most = distance or math.max(math.abs(got), math.abs(want)) * 1e-9
  if type(most) ~= "number" then suite.usage("near: argument 3 is %s, not a number", internal.describe(distance)) end
  if got == want or math.abs(got - want) <= most then return nil, got end
  return checks.failure(with_note(note, "not near enough"),
    { got = show(got), want = ("%s ± %s"):format(show(want), show(most)) })
end

local function compares(word, holds)
  return function(got, limit, note)
    local ok, result = pcall(holds, got, limit)
    if ok and result then return nil, got end
    return checks.failure(with_note(note, ok and ("not %s"):format(word) or ("cannot be compared: not %s"):format(word)),
      { got = show(got, limit), want = word .. " " .. show(limit, got) })
  end
end
raw.lt = compares("less than", function(a, b) return a < b end)
raw.le = compares("at most", function(a, b) return a <= b end)
raw.gt = compares("more than", function(a, b) return a > b end)
raw.ge = compares("at least", function(a, b) return a >= b end)

------------------------------------------------------------------------------------------------------------- contents

function raw.matches(text, pattern, note)
  if type(pattern) ~= "string" then
    suite.usage("matches: argument 2 is %s, not a pattern", internal.describe(pattern))
  end
  if type(text) == "string" then
    local ok, found = pcall(string.match, text, pattern)
    if not ok then suite.usage("matches: %q is no pattern: %s", pattern, found) end
    if found then return nil, found end
  end
  return checks.failure(with_note(note, type(text) == "string" and "does not match" or "not a string"),
    { got = show(text), want = "what matches " .. show(pattern) })
end

-- A string that has the other one in it, or a table that has an element that is equal.
function raw.contains(container, value, note)
  if type(container) == "string" then
    if type(value) ~= "string" then
      suite.usage("contains: argument 2 is %s, not a string", internal.describe(value))
    end
    if container:find(value, 1, true) then return nil, container end
  elseif type(container) == "table" then
    for _, element in next, container do
      if equal(element, value) then return nil, container end
    end
  else
    return checks.failure(with_note(note, "neither a string nor a table"), { got = show(container) })
  end
  return checks.failure(with_note(note, "is not in it"), { got = show(container), want = "one with " .. show(value) })
end

local function misses(got, part, path, met)
  if type(part) ~= "table" then
    if not equal(got, part) then return path, got, part end
    return nil
  end
  if type(got) ~= "table" then return path, got, part end
  if met[part] then return nil end
  met[part] = true
  for key, value in next, part do
    local where = path .. (type(key) == "string" and "." .. key or ("[%s]"):format(show(key)))
    local at, there, wanted = misses(rawget(got, key), value, where, met)
    if at then return at, there, wanted end
  end
end

-- A table that has at least the fields of the other one, to any depth; or a key, if that is no table.
function raw.has(got, part, note)
  if type(got) ~= "table" then
    return checks.failure(with_note(note, "not a table"), { got = show(got) })
  end
  if type(part) ~= "table" then
    if rawget(got, part) ~= nil then return nil, rawget(got, part) end
    return checks.failure(with_note(note, "there is no such key"), { got = show(got), want = "one with " .. show(part) })
  end
  local path, there, wanted = misses(got, part, "", {})
  if not path then return nil, got end
  return checks.failure(with_note(note, "differs at " .. path), { got = show(there, wanted), want = show(wanted, there) })
end

-- What type says, or math.type, or the name in the metatable.
function raw.type(value, name, note)
  if type(name) ~= "string" then suite.usage("type: argument 2 is %s, not a name", internal.describe(name)) end
  if type(value) == name or math.type(value) == name then return nil, value end
  local metatable = debug.getmetatable(value)
  local own = type(metatable) == "table" and rawget(metatable, "__name")
  if own == name or own == "plait." .. name then return nil, value end
  if name == "callable" and internal.is_callable(value) then return nil, value end
  return checks.failure(with_note(note, "of another type"), { got = ("%s (%s)"):format(show(value), type(value)), want = name })
end

--------------------------------------------------------------------------------------------------------------- errors

local text_of = checks.text_of

local function is_wanted(err, want)
  if type(want) == "string" then
    local text = text_of(err)
    local ok, found = pcall(string.find, text, want)
    return text:find(want, 1, true) ~= nil or (ok and found ~= nil)
  elseif type(want) == "function" then
    return want(err)
  elseif type(want) == "table" then
    return equal(err, want) or (type(err) == "table" and misses(err, want, "", {}) == nil)
  end
  return equal(err, want)
end

local function raises(want, note, ok, err)
  if ok then
    return checks.failure(with_note(note, "no error was raised"), { want = want ~= nil and show(want) or nil })
  end
  -- The test is told to stop, and its own failures are not the function's.
  if checks.is_failure(err) and not checks.is_failure(want) and want == nil then error(err, 0) end
  if want == nil or is_wanted(err, want) then return nil, err end
  return checks.failure(with_note(note, "another error was raised"),
    { got = show(text_of(err)), want = type(want) == "function" and "what the function accepts" or show(want) })
end

-- raises(f[, want]) -> the error. `want`: a text or a pattern in it, some of its fields, a function that says whether it is
-- right, or the value.
function raw.raises(f, want, note)
  if not internal.is_callable(f) then
    suite.usage("raises: argument 1 is %s, not a function; write t.raises(function() ... end)", internal.describe(f))
  end
  return raises(want, note, pcall(f))
end

----------------------------------------------------------------------------------------------------------------- time

-- eventually(f[, {within = 1, every = 0.01}]) -> what f returned, when that was true. An error of f counts as not yet.
function raw.eventually(f, options, note)
  if not internal.is_callable(f) then
    suite.usage("eventually: argument 1 is %s, not a function", internal.describe(f))
  end
  options = options or {}
  if type(options) ~= "table" then
    suite.usage("eventually: argument 2 is %s, not a table such as {within = 1}", internal.describe(options))
  end
  local plait = require "plait"
  local within, pause = options.within or 1, options.every or 0.01
  local limit = plait.now() + within
  while true do
    local ok, result = pcall(f)
    if ok and result then return nil, result end
    local left = limit - plait.now()
    if left <= 0 then
      if checks.is_failure(result) then
        result.message = ("not within %s s: %s"):format(within, result.message)
        return result
      end
      return checks.failure(with_note(note, ("not within %s s"):format(within)),
        { got = ok and show(result) or "an error: " .. text_of(result) })
    end
    plait.sleep(math.min(pause, left))
  end
end

function raw.fail(message)
  return checks.failure(message == nil and "failed" or tostring(message))
end

end
