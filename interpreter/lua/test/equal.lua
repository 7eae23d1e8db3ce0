-- plait.test.equal: whether two values are the same by what is in them.
--
-- Tables are read with raw access: metatables do not count, and no metamethod is called, unless options.eq is true: then
-- two values with __eq are compared by that. Tables that contain themselves are equal if their shapes are. nan is equal to
-- nan; 1 is equal to 1.0, unless options.exact is true. All else is equal to itself.

local rawequal, type, next, rawget, math_type = rawequal, type, next, rawget, math.type

local compare

local function has_eq(value)
  local metatable = debug.getmetatable(value)
  return type(metatable) == "table" and rawget(metatable, "__eq") ~= nil
end

-- Whether two values that are no tables, or not both, are the same.
local function same_atom(a, b, options)
  if rawequal(a, b) then return not (options.exact and math_type(a) ~= math_type(b)) end
  if a ~= a and b ~= b and type(a) == "number" and type(b) == "number" then return true end
  return options.eq and type(a) == "userdata" and type(b) == "userdata" and has_eq(a) and a == b
end

-- The values under keys that are tables, which are the same by what is in them, too. Few: each is looked for.
local function pair_table_keys(a, b, options)
  local left = {}
  for key, value in next, b do
    if type(key) == "table" and rawget(a, key) == nil then left[#left + 1] = { key, value } end
  end
  for key, value in next, a do
    if type(key) == "table" and rawget(b, key) == nil then
      local found
      for i, other in ipairs(left) do
        if compare(key, other[1], options) and compare(value, other[2], options) then
          found = i
          break
        end
      end
      if not found then return false end
      table.remove(left, found)
    end
  end
  return #left == 0
end

-- Adds what is in the two tables to the work; false: they differ already.
local function open(a, b, options, work)
  local count, has_table_keys = 0, false
  for key, value in next, a do
    local other = rawget(b, key)
    if other == nil then
      if type(key) ~= "table" then return false end
      has_table_keys = true
    elseif not rawequal(value, other) or options.exact then
      if type(value) == "table" and type(other) == "table" then
        local n = #work
        work[n + 1], work[n + 2] = value, other
      elseif not same_atom(value, other, options) then
        return false
      end
    end
    count = count + 1
  end
  for _ in next, b do count = count - 1 end
  if has_table_keys then return count == 0 and pair_table_keys(a, b, options) end
  return count == 0
end

-- Of a table that was met the others that it was compared with: they are taken as equal until one difference is found.
function compare(a, b, options)
  if type(a) ~= "table" or type(b) ~= "table" then return same_atom(a, b, options) or false end
  local work, met = { a, b }, {}
  while #work > 0 do
    local n = #work
    a, b = work[n - 1], work[n]
    work[n], work[n - 1] = nil, nil
    local others = met[a]
    if not others then
      others = {}
      met[a] = others
    end
    if not others[b] and not (rawequal(a, b) and not options.exact) then
      others[b] = true
      if options.eq and has_eq(a) and has_eq(b) then
        if a ~= b then return false end
      elseif not open(a, b, options, work) then
        return false
      end
    end
  end
  return true
end

local plain = {}

-- equal(a, b[, {exact =, eq =}]) -> boolean
return function(a, b, options)
  return compare(a, b, options or plain)
end
