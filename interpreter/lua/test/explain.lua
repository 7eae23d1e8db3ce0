-- plait.test.explain: the values named in the line of an `assert` that fails. The line is read from its file, names are
-- looked up on the stack with raw access: nothing of the script is called.

local diff = require "plait.test.diff"
local failures = require "plait.test.failures"

local explain = {}

local MOST_LINES, MOST_VALUES = 10, 12

local reserved = { assert = true }
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
    until while]]):gmatch("%a+") do
  reserved[word] = true
end

-- From the call of assert at that line to the parenthesis that closes it, without strings and comments.
local function statement(lines, line)
  local text = table.concat(lines, "\n", line, math.min(#lines, line + MOST_LINES - 1))
  text = text:gsub("\\.", "  ")
  local from = text:find("assert%s*%(")
  if not from then return nil end
  local out, depth, i = {}, 0, text:find("%(", from)
  while i <= #text do
    local quote = text:match("^[\"']", i)
    local comment = text:match("^%-%-[^\n]*", i)
    if comment then
      i = i + #comment
    elseif quote then
      local last = text:find(quote, i + 1, true) or #text
      local word = text:sub(i + 1, last - 1)
      -- t["key"] keeps its key
      out[#out + 1] = text:sub(i - 1, i - 1) == "[" and word:find("^[%a_][%w_]*$") and "'" .. word .. "'" or " '' "
      i = last + 1
    else
      local char = text:sub(i, i)
      if char == "(" then depth = depth + 1 end
      if char == ")" then depth = depth - 1 end
      out[#out + 1] = char
      if depth == 0 then break end
      i = i + 1
    end
  end
  return table.concat(out)
end

-- Names at that level of the stack -> {value}
local function variables(level)
  local found = {}
  local info = debug.getinfo(level, "f")
  local fn = info and info.func
  for i = 1, 255 do
    local name, value = debug.getupvalue(fn, i)
    if not name then break end
    found[name] = { value }
  end
  for i = 1, 250 do
    local name, value = debug.getlocal(level, i)
    if not name then break end
    found[name] = { value }
  end
  local env = found._ENV and found._ENV[1]
  return found, type(env) == "table" and env or _G
end

-- "a.b[1].c" -> the value, and whether it is one: raw access all the way.
local function look_up(first, steps, found, env)
  local value
  if found[first] then
    value = found[first][1]
  else
    value = rawget(env, first)
    if value == nil then value = rawget(_G, first) end
    if value == nil then return nil, false end
  end
  for _, step in ipairs(steps) do
    if type(value) ~= "table" then return nil, false end
    value = rawget(value, step)
  end
  return value, true
end

local function add_value(list, seen, name, value)
  if seen[name] or type(value) == "function" or #list >= MOST_VALUES then return end
  seen[name] = true
  list[#list + 1] = ("%s = %s"):format(name, diff.show(value))
end

-- The names in the text, each with its fields.
local function values_in(text, level)
  local found, env = variables(level + 1)
  local list, seen = {}, {}
  local at = 1
  while true do
    local from, to, first = text:find("([%a_][%w_]*)", at)
    if not from then break end
    local before = text:sub(from - 1, from - 1)
    at = to + 1
    local is_own = before ~= "." and before ~= ":" and before ~= "'" and not before:find("%d")
    local steps, name = {}, first
    while is_own do
      local field = text:match("^%.([%a_][%w_]*)", at)
      local number = text:match("^%[(%-?%d+)%]", at)
      local word = text:match("^%['([%a_][%w_]*)'%]", at)
      local variable = text:match("^%[([%a_][%w_]*)%]", at)
      if field then
        steps[#steps + 1], name, at = field, name .. "." .. field, at + #field + 1
      elseif number then
        steps[#steps + 1], name, at = math.tointeger(number), ("%s[%s]"):format(name, number), at + #number + 2
      elseif word then
        steps[#steps + 1], name, at = word, name .. "." .. word, at + #word + 4
      elseif variable and found[variable] and found[variable][1] ~= nil then
        local key = found[variable][1]
        steps[#steps + 1], name, at = key, ("%s[%s]"):format(name, variable), at + #variable + 2
        add_value(list, seen, variable, key)
      else
        break
      end
    end
    local is_call = text:find("^%s*[%({:]", at) ~= nil and not text:find("^%s*::", at)
    if is_call and text:find("^%s*:", at) and #steps == 0 and found[first] then is_call = false end -- an object
    if is_own and not reserved[first] and not is_call then
      local value, is_there = look_up(first, steps, found, env)
      if is_there then add_value(list, seen, name, value) end
    end
  end
  return list
end

-- capture(message, level) -> {message =, where =, excerpt =, values = {"a.b = 3", ...}} of the function at that level
function explain.capture(message, level)
  level = level + 1
  local info = debug.getinfo(level, "Sl")
  if not info or info.source:sub(1, 1) ~= "@" then return nil end
  local path, line = info.source:sub(2), info.currentline
  local lines = failures.read_lines(path)
  local text = lines and lines[line] and statement(lines, line)
  return {
    message = message, where = ("%s:%d"):format(path, line),
    excerpt = lines and lines[line] and ("%d | %s"):format(line, lines[line]:sub(1, 200)),
    values = text and values_in(text, level + 1) or {},
  }
end

return explain
