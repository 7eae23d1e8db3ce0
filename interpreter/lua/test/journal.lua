-- plait.test.journal: the file that a process whose strands are picked shares with whoever explores (exec/picker.h), and the
-- string that stands for one order.

local journal = {}

local HEAD = "=c8I8I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4" -- and the text
local TEXT = 512
local HEAD_SIZE = string.packsize(HEAD) + TEXT
local MAGIC = "plaitS1\n"
local LOG = 1 << 20
local CAPACITY = 1 << 14 -- of picks: what is beyond is not repeated

local strategies = { first = 0, random = 1, pct = 2, ["repeat"] = 3 }
local stages = { [0] = "unused", "begun", "ended", "diverged", "endless", "deadlock" }

local number = 0

-- create(directory, orders) -> the path of a new file with those orders
function journal.create(directory, orders)
  number = number + 1
  local path = ("%s/%d"):format(directory, number)
  local picks = orders.picks or {}
  local given = math.min(#picks, CAPACITY)
  local size = HEAD_SIZE + 2 * 4 * CAPACITY + (orders.has_log and LOG or 0)
  local head = HEAD:pack(MAGIC, orders.seed or 0, size, strategies[orders.strategy or "first"], orders.depth or 0,
    orders.expected or 0, orders.limit or 0, orders.cancel or 0, orders.is_strict and 1 or 0, given, CAPACITY,
    orders.has_log and 1 or 0, 0, 0, 0, 0, 0, 0)
  local parts = { head, ("\0"):rep(TEXT) }
  for i = 1, given do parts[#parts + 1] = ("=I4"):pack(picks[i]) end
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(table.concat(parts)))
  assert(file:seek("set", size - 1))
  assert(file:write("\0"))
  return path
end

-- read(path, orders) -> {stage =, made =, steps =, waits =, abandoned =, picks =, log =}
function journal.read(path, orders)
  local file <close> = assert(io.open(path, "rb"))
  local bytes = file:read(HEAD_SIZE)
  local stage, made, steps, waits, abandoned, log_size = ("=I4I4I4I4I4I4"):unpack(bytes, HEAD_SIZE - TEXT - 24 + 1)
  local result = { stage = stages[stage], made = made, steps = steps, waits = waits, abandoned = abandoned, picks = {}, log = "" }
  file:seek("set", HEAD_SIZE + 4 * CAPACITY)
  local kept = math.min(made, CAPACITY)
  local picks = file:read(4 * kept) or ""
  for i = 1, kept do result.picks[i] = ("=I4"):unpack(picks, 4 * i - 3) end
  if orders.has_log then
    file:seek("set", HEAD_SIZE + 2 * 4 * CAPACITY)
    result.log = file:read(log_size) or ""
  end
  return result
end

-- Which of the candidates was picked; 0: the one that has run.
function journal.which(pick) return pick & 0xff end

------------------------------------------------------------------------------------------------------------ as strings

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
local values = {}
for i = 1, #ALPHABET do values[ALPHABET:byte(i)] = i - 1 end

local function to_text(bytes)
  local parts = {}
  for at = 1, #bytes, 3 do
    local a, b, c = bytes:byte(at, at + 2)
    local bits = a << 16 | (b or 0) << 8 | (c or 0)
    for i = 0, c and 3 or b and 2 or 1 do
      local value = bits >> (18 - 6 * i) & 63
      parts[#parts + 1] = ALPHABET:sub(value + 1, value + 1)
    end
  end
  return table.concat(parts)
end

local function from_text(text)
  local parts = {}
  for at = 1, #text, 4 do
    local bits, count = 0, 0
    for i = 0, 3 do
      local value = text:byte(at + i) and values[text:byte(at + i)]
      if text:byte(at + i) and not value then return nil end
      bits = bits << 6 | (value or 0)
      count = count + (value and 1 or 0)
    end
    for i = 0, count - 2 do parts[#parts + 1] = string.char(bits >> (16 - 8 * i) & 0xff) end
  end
  return table.concat(parts)
end

-- FNV-1a.
local function checksum(bytes)
  local sum = 0x811c9dc5
  for i = 1, #bytes do sum = (sum ~ bytes:byte(i)) * 0x01000193 & 0xffffffff end
  return sum
end

local function varint(value)
  local parts = {}
  while value >= 0x80 do
    parts[#parts + 1] = string.char(value & 0x7f | 0x80)
    value = value >> 7
  end
  parts[#parts + 1] = string.char(value)
  return table.concat(parts)
end

local function read_varint(bytes, at)
  local value, shift = 0, 0
  while true do
    local byte = bytes:byte(at)
    if not byte or shift > 35 then return nil end
    value = value | (byte & 0x7f) << shift
    at, shift = at + 1, shift + 7
    if byte < 0x80 then return value, at end
  end
end

-- encode(run) -> "p1:...": the wait that is cancelled, how many choices there were, and for each switch how many choices
-- were made before it without one, which was picked of how many, and their sum.
function journal.encode(run)
  local parts, gap = { varint(run.orders.cancel or 0), varint(run.made) }, 0
  for _, pick in ipairs(run.picks) do
    if pick & 0xff == 0 then
      gap = gap + 1
    else
      parts[#parts + 1] = varint(gap) .. ("<I4"):pack(pick)
      gap = 0
    end
  end
  local bytes = table.concat(parts)
  return "p1:" .. to_text(bytes .. ("<I4"):pack(checksum(bytes)))
end

-- decode(text) -> orders; nil, why
function journal.decode(text)
  if type(text) ~= "string" then return nil, "it is no string" end
  local version, rest = text:match("^p(%d+):([%w_-]*)$")
  if not version then return nil, "it does not begin with 'p1:'" end
  if version ~= "1" then return nil, ("it is of version %s, and this program knows 1"):format(version) end
  local bytes = from_text(rest)
  if not bytes or #bytes < 6 then return nil, "it is cut off" end
  local sum = ("<I4"):unpack(bytes, -4)
  bytes = bytes:sub(1, -5)
  if checksum(bytes) ~= sum then return nil, "its checksum is wrong: it is damaged, or not all of it is there" end
  local cancel, made, at
  cancel, at = read_varint(bytes, 1)
  if cancel then made, at = read_varint(bytes, at) end
  if not made then return nil, "it is damaged" end
  local picks = {}
  while at <= #bytes do
    local gap
    gap, at = read_varint(bytes, at)
    if not gap or gap > CAPACITY or at + 3 > #bytes then return nil, "it is damaged" end
    for _ = 1, gap do picks[#picks + 1] = 0 end
    picks[#picks + 1] = ("<I4"):unpack(bytes, at)
    at = at + 4
  end
  return { strategy = "repeat", cancel = cancel, made = made, picks = picks, seed = 0 }
end

return journal
