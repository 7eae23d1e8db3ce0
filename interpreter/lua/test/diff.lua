-- plait.test.diff: how two values differ, for people. Loaded when a test has failed.
--
-- Tables side by side: keys sorted, what is equal folded, `-` what was wanted, `+` what there is; strings by lines. No
-- metamethod is called but __tostring and __name. What is shown is bounded, and so is the time that it takes.

local equal = require "plait.test.equal"
local repr = require "plait.repr"

local diff = {}

local MOST_LINES, MOST_PATHS, MOST_SECONDS, MOST_TEXT = 40, 20, 0.1, 200

------------------------------------------------------------------------------------------------------ single values

local function shorten(text, most)
  if #text <= most then return text end
  local cut = utf8.offset(text, 0, most) or most
  return text:sub(1, cut - 1) .. "…"
end

local function is_binary(text)
  return text:find("[\0-\8\14-\26\28-\31\127]") ~= nil or not utf8.len(text)
end

local function hex_lines(text)
  local lines = {}
  for i = 1, math.min(#text, 16 * MOST_LINES), 16 do
    local part = text:sub(i, i + 15)
    lines[#lines + 1] = ("%06x  %-48s %s"):format(i - 1, part:gsub(".", function(c) return ("%02x "):format(c:byte()) end),
      (part:gsub("[^\32-\126]", ".")))
  end
  return lines
end

local function number_text(value)
  return ("%s (%s)"):format(repr(value), math.type(value))
end

-- One line for a value. `other`: what it stands beside, if that says whether the kind of number or the type matters.
function diff.show(value, other)
  if type(value) == "number" and type(other) == "number" and math.type(value) ~= math.type(other) then
    return number_text(value)
  end
  local text = shorten(repr(value, { depth = 4, elements = 20 }), MOST_TEXT)
  if other ~= nil and value ~= nil and type(value) ~= type(other) then text = ("%s (%s)"):format(text, type(value)) end
  return text
end

local names = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
    until while]]):gmatch("%a+") do
  names[word] = true
end

local function is_name(key)
  return type(key) == "string" and key:find("^[%a_][%w_]*$") and not names[key]
end

local function key_text(key)
  return is_name(key) and key or "[" .. diff.show(key) .. "]"
end

local function path_text(path, key)
  if is_name(key) then return path .. "." .. key end
  return path .. "[" .. diff.show(key) .. "]"
end

------------------------------------------------------------------------------------------------------------- strings

local function split(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\n") do lines[#lines + 1] = line end
  return lines
end

-- The longest common subsequence of two lists of lines, as a list of {mark, line}: " ", "-" or "+". What is equal at both
-- ends is left out of the search; where that is too long, all that is left counts as changed.
local function changes(want, got)
  local first, last = 1, 0
  while want[first] and want[first] == got[first] do first = first + 1 end
  while last < math.min(#want, #got) - first + 1 and want[#want - last] == got[#got - last] do last = last + 1 end
  local out = {}
  for i = 1, first - 1 do out[#out + 1] = { " ", want[i] } end
  local n, m = #want - last, #got - last
  local rows, columns = n - first + 1, m - first + 1
  if rows * columns > 250000 then
    for i = first, n do out[#out + 1] = { "-", want[i] } end
    for i = first, m do out[#out + 1] = { "+", got[i] } end
  else
    local length = {}
    for i = rows + 1, 1, -1 do
      length[i] = {}
      for j = columns + 1, 1, -1 do
        if i > rows or j > columns then
          length[i][j] = 0
        elseif want[first + i - 1] == got[first + j - 1] then
          length[i][j] = length[i + 1][j + 1] + 1
        else
          length[i][j] = math.max(length[i + 1][j], length[i][j + 1])
        end
      end
    end
    local i, j = 1, 1
    while i <= rows or j <= columns do
      if i <= rows and j <= columns and want[first + i - 1] == got[first + j - 1] then
        out[#out + 1] = { " ", want[first + i - 1] }
        i, j = i + 1, j + 1
      elseif j > columns or (i <= rows and length[i + 1][j] >= length[i][j + 1]) then
        out[#out + 1] = { "-", want[first + i - 1] }
        i = i + 1
      else
        out[#out + 1] = { "+", got[first + j - 1] }
        j = j + 1
      end
    end
  end
  for i = n + 1, #want do out[#out + 1] = { " ", want[i] } end
  return out
end

-- Two lines of context around what has changed.
local function fold(list)
  local keep = {}
  for i, change in ipairs(list) do
    if change[1] ~= " " then
      for k = i - 2, i + 2 do keep[k] = true end
    end
  end
  local lines, skipped = {}, 0
  for i, change in ipairs(list) do
    if keep[i] then
      if skipped > 0 then lines[#lines + 1] = ("  … %d equal"):format(skipped) end
      skipped = 0
      lines[#lines + 1] = change[1] .. " " .. shorten(change[2], MOST_TEXT)
    else
      skipped = skipped + 1
    end
  end
  if skipped > 0 then lines[#lines + 1] = ("  … %d equal"):format(skipped) end
  return lines
end

-- One line each: a marker under what differs.
local function mark_line(want, got)
  local first, last = 1, 0
  while first <= #want and want:byte(first) == got:byte(first) do first = first + 1 end
  while last < math.min(#want, #got) - first + 1 and want:byte(#want - last) == got:byte(#got - last) do
    last = last + 1
  end
  while first > 1 and (want:byte(first) or 0) & 0xC0 == 0x80 do first = first - 1 end -- the beginning of a character
  local from = math.max(1, first - 60)
  local w, g = want:sub(from, from + MOST_TEXT), got:sub(from, from + MOST_TEXT)
  local indent = utf8.len(want:sub(from, first - 1)) or first - from
  local width = math.max(1, #want - last - first + 1, #got - last - first + 1)
  local lead = from > 1 and "…" or ""
  return { "- " .. lead .. w, "+ " .. lead .. g,
    "  " .. (from > 1 and " " or "") .. (" "):rep(indent) .. ("^"):rep(math.min(width, MOST_TEXT - indent)) }
end

local function string_lines(want, got)
  if is_binary(want) or is_binary(got) then return fold(changes(hex_lines(want), hex_lines(got))) end
  local a, b = split(want), split(got)
  if #a == 1 and #b == 1 then
    if #want <= 8 and #got <= 8 then return nil end
    return mark_line(want, got)
  end
  return fold(changes(a, b))
end

-------------------------------------------------------------------------------------------------------------- tables

local function rank(key)
  if math.type(key) then return 1 end
  if type(key) == "string" then return 2 end
  return 3
end

local function sorted_keys(a, b)
  local keys, seen = {}, {}
  for _, t in ipairs{ a, b } do
    for key in next, t do
      if not seen[key] then
        seen[key] = true
        keys[#keys + 1] = key
      end
    end
  end
  local texts = {}
  table.sort(keys, function(x, y)
    local p, q = rank(x), rank(y)
    if p ~= q then return p < q end
    if p < 3 then return x < y end
    texts[x], texts[y] = texts[x] or repr(x), texts[y] or repr(y)
    return texts[x] < texts[y]
  end)
  return keys
end

-- The state of one comparison.
local function new_work(options)
  return { options = options, lines = {}, paths = {}, open = {}, count = 0, limit = os.clock() + MOST_SECONDS }
end

local function put(work, mark, depth, text)
  if #work.lines <= MOST_LINES then work.lines[#work.lines + 1] = mark .. " " .. ("  "):rep(depth) .. text end
end

local function put_value(work, mark, depth, label, value)
  for i, line in ipairs(split(repr(value, { depth = 4, elements = 20, width = 80 }))) do
    put(work, mark, depth, (i == 1 and label or "") .. line:gsub("^    ", "  "))
  end
end

local function note_path(work, path, a, b)
  if #work.paths == 0 then work.first = { a, b } end
  if #work.paths < MOST_PATHS then work.paths[#work.paths + 1] = path end
end

local compare

local function name_of(t)
  local metatable = debug.getmetatable(t)
  local name = type(metatable) == "table" and rawget(metatable, "__name")
  return type(name) == "string" and name or ""
end

-- got `a`, wanted `b`, both tables and different.
local function compare_tables(work, depth, path, label, a, b)
  if work.open[a] and work.open[a].other == b then
    put(work, " ", depth, ("%s<%d>"):format(label, work.open[a].number))
    return
  end
  work.count = work.count + 1
  local before = work.open[a]
  work.open[a] = { other = b, number = work.count }
  put(work, " ", depth, label .. name_of(b) .. "{")
  local same = 0
  local function flush()
    if same > 0 then put(work, " ", depth + 1, ("… %d equal"):format(same)) end
    same = 0
  end
  for _, key in ipairs(sorted_keys(a, b)) do
    local x, y = rawget(a, key), rawget(b, key)
    if equal(x, y, work.options) then
      same = same + 1
    elseif #work.paths >= MOST_PATHS or #work.lines > MOST_LINES or os.clock() > work.limit then
      work.is_cut = true
      break
    else
      flush()
      compare(work, depth + 1, path_text(path, key), key_text(key) .. " = ", x, y)
    end
  end
  flush()
  if work.is_cut and #work.lines <= MOST_LINES then put(work, " ", depth + 1, "…") end
  put(work, " ", depth, "},")
  work.open[a] = before
end

function compare(work, depth, path, label, a, b)
  if type(a) == "table" and type(b) == "table" and depth < 12 then
    return compare_tables(work, depth, path, label, a, b)
  end
  note_path(work, path, a, b)
  if type(a) == "string" and type(b) == "string" then
    local lines = (a:find("\n") or b:find("\n")) and string_lines(b, a)
    if lines then
      put(work, " ", depth, label)
      for _, line in ipairs(lines) do put(work, line:sub(1, 1), depth + 1, line:sub(3)) end
      return
    end
  end
  if b ~= nil then put_value(work, "-", depth, label, b) end
  if a ~= nil then put_value(work, "+", depth, label, a) end
end

-- describe(got, want[, options]) -> {message =, got =, want =, diff = text or nil} of two values that are not equal
function diff.describe(got, want, options)
  if type(got) ~= "table" or type(want) ~= "table" then
    local lines = type(got) == "string" and type(want) == "string" and string_lines(want, got)
    return { message = "not equal", got = diff.show(got, want), want = diff.show(want, got),
      diff = lines and table.concat(lines, "\n", 1, math.min(#lines, MOST_LINES)) or nil }
  end
  local work = new_work(options or {})
  compare_tables(work, 0, "", "", got, want)
  local lines = work.lines
  if #lines > MOST_LINES then lines[MOST_LINES + 1] = "  …" end
  lines[1] = lines[1]:sub(3)
  for i = 2, #lines do
    if lines[i] == "  }," and i == #lines then lines[i] = "  }" end
  end
  lines[1] = "  " .. lines[1]
  local first = work.first or { got, want }
  local path = work.paths[1]
  local more = #work.paths - 1
  return {
    message = "not equal" .. (path and path ~= "" and " at " .. path or "")
      .. (more > 0 and (" and %d more"):format(more) or ""),
    got = diff.show(first[1], first[2]), want = diff.show(first[2], first[1]),
    diff = table.concat(lines, "\n"), paths = work.paths,
  }
end

-- How texts differ, by lines; nil if they are short.
function diff.of_texts(want, got)
  local lines = string_lines(want, got)
  return lines and table.concat(lines, "\n", 1, math.min(#lines, MOST_LINES))
end

return diff
