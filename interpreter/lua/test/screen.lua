-- screen.lua - what a terminal of the kind xterm shows after the bytes it was given.
--
--     local s = screen.new(80, 24)
--     s:feed("\27[2Jhello\r\n")
--     print(s:text())
--
-- The sequences are those of ECMA-48 and of xterm's ctlseqs that programs use: movement, erasing, inserting, scrolling regions, the
-- other screen, tabs, the questions for its kind and for the cursor's place. Colours are read, and not kept. A sequence may come in pieces.

local WIDE = { 0x1100, 0x115F, 0x231A, 0x231B, 0x23E9, 0x23EC, 0x2E80, 0x303E, 0x3041, 0x33FF, 0x3400, 0x4DBF, 0x4E00, 0x9FFF,
  0xA000, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE30, 0xFE6F, 0xFF00, 0xFF60, 0xFFE0, 0xFFE6,
  0x1F300, 0x1F64F, 0x1F680, 0x1F6FF, 0x1F900, 0x1F9FF, 0x20000, 0x3FFFD }
local COMBINING = { 0x0300, 0x036F, 0x0483, 0x0489, 0x0591, 0x05BD, 0x0610, 0x061A, 0x064B, 0x065F, 0x1AB0, 0x1AFF,
  0x1DC0, 0x1DFF, 0x200B, 0x200F, 0x20D0, 0x20FF, 0xFE00, 0xFE0F, 0xFE20, 0xFE2F, 0xE0100, 0xE01EF }

local function is_in(ranges, code)
  for i = 1, #ranges, 2 do
    if code < ranges[i] then return false end
    if code <= ranges[i + 1] then return true end
  end
  return false
end

local function width_of(code)
  if code < 0x300 then return 1 end
  if is_in(COMBINING, code) then return 0 end
  return is_in(WIDE, code) and 2 or 1
end

local Screen = {}
Screen.__index = Screen

-- A row is a list of cells: what is shown there, "" for the right half of a wide character, nil for a blank.
local function blank_rows(count)
  local rows = {}
  for i = 1, count do rows[i] = {} end
  return rows
end

local function reset(self)
  self.grid, self.other = blank_rows(self.rows), nil
  self.x, self.y, self.saved = 1, 1, nil
  self.top, self.bottom = 1, self.rows
  self.wraps, self.is_hanging, self.inserts, self.from_region = true, false, false, false
  self.draws, self.pending, self.last = false, "", nil
  self.tabs = nil
end

local function new(cols, rows)
  local self = setmetatable({ cols = cols, rows = rows, answer = function() end }, Screen)
  reset(self)
  return self
end

------------------------------------------------------------------------------------------------------------------ lines

local function remove_rows(self, first, count)
  for _ = 1, math.min(count, self.bottom - first + 1) do
    table.remove(self.grid, first)
    table.insert(self.grid, self.bottom, {})
  end
end

local function insert_rows(self, first, count)
  for _ = 1, math.min(count, self.bottom - first + 1) do
    table.remove(self.grid, self.bottom)
    table.insert(self.grid, first, {})
  end
end

local function line_feed(self)
  if self.y == self.bottom then
    remove_rows(self, self.top, 1)
  elseif self.y < self.rows then
    self.y = self.y + 1
  end
end

local function reverse_feed(self)
  if self.y == self.top then
    insert_rows(self, self.top, 1)
  elseif self.y > 1 then
    self.y = self.y - 1
  end
end

-- Half of a wide character is not left alone.
local function cut(row, x)
  if row[x] == "" then row[x - 1], row[x] = nil, nil end
end

local function erase(self, y, first, last)
  local row = self.grid[y]
  cut(row, first)
  cut(row, last + 1)
  for x = first, last do row[x] = nil end
end

local function insert_cells(self, count)
  local row = self.grid[self.y]
  cut(row, self.x)
  for x = self.cols, self.x, -1 do row[x] = x - count >= self.x and row[x - count] or nil end
  cut(row, self.cols + 1)
end

local function delete_cells(self, count)
  local row = self.grid[self.y]
  cut(row, self.x)
  cut(row, self.x + count)
  for x = self.x, self.cols do row[x] = x + count <= self.cols and row[x + count] or nil end
end

----------------------------------------------------------------------------------------------------------------- cursor

local function move(self, x, y)
  self.x = math.max(1, math.min(x, self.cols))
  self.y = math.max(1, math.min(y, self.rows))
  self.is_hanging = false
end

-- By rows, not out of the region in which it is.
local function move_by(self, dy)
  local first = self.y >= self.top and self.top or 1
  local last = self.y <= self.bottom and self.bottom or self.rows
  move(self, self.x, math.max(first, math.min(self.y + dy, last)))
end

local function home(self) move(self, 1, self.from_region and self.top or 1) end

local function tab(self, count)
  for _ = 1, count do
    repeat
      self.x = self.x + 1
    until self.x >= self.cols or self.tabs and self.tabs[self.x] or not self.tabs and self.x % 8 == 1
  end
  move(self, self.x, self.y)
end

local function back_tab(self, count)
  for _ = 1, count do
    repeat
      self.x = self.x - 1
    until self.x <= 1 or self.tabs and self.tabs[self.x] or not self.tabs and self.x % 8 == 1
  end
  move(self, self.x, self.y)
end

local function set_tab(self, is_set)
  if not self.tabs then
    self.tabs = {}
    for x = 9, 1024, 8 do self.tabs[x] = true end
  end
  self.tabs[self.x] = is_set or nil
end

local function save(self)
  self.saved = { self.x, self.y, self.is_hanging, self.from_region, self.draws }
end

local function restore(self)
  local x, y, is_hanging, from_region, draws = table.unpack(self.saved or { 1, 1, false, false, false }, 1, 5)
  move(self, x, y)
  self.is_hanging, self.from_region, self.draws = is_hanging, from_region, draws
end

------------------------------------------------------------------------------------------------------------- characters

-- The set of line drawing, from "`" on.
local DRAWN = { "◆", "▒", "␉", "␌", "␍", "␊", "°", "±", "␤", "␋", "┘", "┐", "┌", "└", "┼", "⎺", "⎻", "─", "⎼", "⎽", "├",
  "┤", "┴", "┬", "│", "≤", "≥", "π", "≠", "£", "·" }

local function put(self, text, width)
  if width == 0 then
    local row, x = self.grid[self.y], self.is_hanging and self.x or self.x - 1
    if row[x] == "" then x = x - 1 end
    if x >= 1 then row[x] = (row[x] or " ") .. text end
    return
  end
  if self.is_hanging or width > self.cols - self.x + 1 then
    if self.wraps then
      self.x, self.is_hanging = 1, false
      line_feed(self)
    else
      self.x, self.is_hanging = self.cols - width + 1, false
    end
  end
  if self.inserts then insert_cells(self, width) end
  local row = self.grid[self.y]
  cut(row, self.x)
  cut(row, self.x + width)
  row[self.x] = text
  if width == 2 then row[self.x + 1] = "" end
  self.last = { text, width }
  self.x = self.x + width
  if self.x > self.cols then self.x, self.is_hanging = self.cols, true end
end

local controls = {
  ["\7"] = function() end,
  ["\8"] = function(self) move(self, self.x - 1, self.y) end,
  ["\9"] = function(self) tab(self, 1) end,
  ["\10"] = function(self)
    line_feed(self)
    self.is_hanging = false
  end,
  ["\13"] = function(self) move(self, 1, self.y) end,
  ["\14"] = function(self) self.shifted = true end,
  ["\15"] = function(self) self.shifted = false end,
}
controls["\11"], controls["\12"] = controls["\10"], controls["\10"]

-------------------------------------------------------------------------------------------------------------- sequences

local function use_other(self, wanted)
  if wanted == (self.other ~= nil) then return end
  if wanted then
    self.other, self.grid = self.grid, blank_rows(self.rows)
  else
    self.grid, self.other = self.other, nil
  end
  self.is_hanging = false
end

local modes = {
  ["4"] = function(self, on) self.inserts = on end,
  ["?6"] = function(self, on)
    self.from_region = on
    home(self)
  end,
  ["?7"] = function(self, on) self.wraps = on end,
  ["?25"] = function(self, on) self.is_hidden = not on end,
  ["?47"] = use_other,
  ["?1047"] = use_other,
  ["?1048"] = function(self, on) if on then save(self) else restore(self) end end,
  ["?1049"] = function(self, on)
    if on then save(self) end
    use_other(self, on)
    if not on then restore(self) end
  end,
  ["?2004"] = function(self, on) self.brackets = on end, -- what is pasted
}

local function set_modes(self, prefix, numbers, on)
  for _, n in ipairs(numbers) do
    local mode = modes[prefix .. n]
    if mode then mode(self, on) end
  end
end

local function erase_screen(self, what)
  if what == 0 or what == 1 then
    local first, last = what == 0 and self.y + 1 or 1, what == 0 and self.rows or self.y - 1
    for y = first, last do self.grid[y] = {} end
    if what == 0 then erase(self, self.y, self.x, self.cols) else erase(self, self.y, 1, self.x) end
  elseif what == 2 then
    for y = 1, self.rows do self.grid[y] = {} end
  end
  self.is_hanging = false
end

local function erase_line(self, what)
  local first = what == 0 and self.x or 1
  local last = what == 1 and self.x or self.cols
  if what <= 2 then erase(self, self.y, first, last) end
  self.is_hanging = false
end

local function in_region(self) return self.y >= self.top and self.y <= self.bottom end

-- By the last character; what comes in is the screen and the numbers, of which there is one at least, 0 if none is said.
local function count(numbers) return math.max(numbers[1], 1) end

local final = {
  ["@"] = function(self, n) insert_cells(self, count(n)) end,
  A = function(self, n) move_by(self, -count(n)) end,
  B = function(self, n) move_by(self, count(n)) end,
  C = function(self, n) move(self, self.x + count(n), self.y) end,
  D = function(self, n) move(self, self.x - count(n), self.y) end,
  E = function(self, n)
    move_by(self, count(n))
    move(self, 1, self.y)
  end,
  F = function(self, n)
    move_by(self, -count(n))
    move(self, 1, self.y)
  end,
  G = function(self, n) move(self, count(n), self.y) end,
  H = function(self, n)
    local y = count(n)
    if self.from_region then y = math.min(y + self.top - 1, self.bottom) end
    move(self, math.max(n[2] or 1, 1), y)
  end,
  I = function(self, n) tab(self, count(n)) end,
  J = function(self, n) erase_screen(self, n[1]) end,
  K = function(self, n) erase_line(self, n[1]) end,
  L = function(self, n)
    if in_region(self) then insert_rows(self, self.y, count(n)) move(self, 1, self.y) end
  end,
  M = function(self, n)
    if in_region(self) then remove_rows(self, self.y, count(n)) move(self, 1, self.y) end
  end,
  P = function(self, n) delete_cells(self, count(n)) end,
  S = function(self, n) remove_rows(self, self.top, count(n)) end,
  T = function(self, n) insert_rows(self, self.top, count(n)) end,
  X = function(self, n) erase(self, self.y, self.x, math.min(self.x + count(n) - 1, self.cols)) end,
  Z = function(self, n) back_tab(self, count(n)) end,
  b = function(self, n)
    if self.last then
      for _ = 1, math.min(count(n), self.cols * self.rows) do put(self, self.last[1], self.last[2]) end
    end
  end,
  c = function(self) self.answer("\27[?6c") end,
  d = function(self, n) move(self, self.x, count(n)) end,
  g = function(self, n)
    if n[1] == 0 then set_tab(self, false) elseif n[1] == 3 then self.tabs = {} end
  end,
  h = function(self, n) set_modes(self, "", n, true) end,
  l = function(self, n) set_modes(self, "", n, false) end,
  n = function(self, n)
    if n[1] == 5 then self.answer("\27[0n") end
    if n[1] == 6 then self.answer(("\27[%d;%dR"):format(self.y, self.x)) end
  end,
  r = function(self, n)
    local top, bottom = count(n), n[2] or 0
    if bottom == 0 or bottom > self.rows then bottom = self.rows end
    if top < bottom then
      self.top, self.bottom = top, bottom
      home(self)
    end
  end,
  s = save,
  u = restore,
  ["`"] = function(self, n) move(self, count(n), self.y) end,
  a = function(self, n) move(self, self.x + count(n), self.y) end,
  e = function(self, n) move_by(self, count(n)) end,
  f = function(self, n) move(self, math.max(n[2] or 1, 1), count(n)) end,
}

local private = {
  ["?h"] = function(self, n) set_modes(self, "?", n, true) end,
  ["?l"] = function(self, n) set_modes(self, "?", n, false) end,
  ["?J"] = final.J,
  ["?K"] = final.K,
  [">c"] = function(self) self.answer("\27[>0;0;0c") end,
}

local function control_sequence(self, prefix, parameters, between, letter)
  local act
  if between == "" then act = prefix == "" and final[letter] or private[prefix .. letter] end
  if between == "!" and letter == "p" then -- a soft reset
    self.top, self.bottom, self.inserts, self.wraps, self.from_region = 1, self.rows, false, true, false
  end
  if not act then return end
  local numbers = {}
  for n in (parameters .. ";"):gmatch("(%d*)[:%d]*;") do numbers[#numbers + 1] = math.min(tonumber(n) or 0, 9999) end
  numbers[1] = numbers[1] or 0
  act(self, numbers)
end

local short = {
  D = line_feed,
  E = function(self)
    line_feed(self)
    move(self, 1, self.y)
  end,
  H = function(self) set_tab(self, true) end,
  M = reverse_feed,
  Z = function(self) self.answer("\27[?6c") end,
  c = reset,
  ["7"] = save,
  ["8"] = restore,
}

-- A sequence that begins with ESC at `at`. Returns where it ends, or nil if there is more to come.
local function sequence(self, bytes, at)
  local kind = bytes:sub(at + 1, at + 1)
  if kind == "" then return nil end
  if kind == "[" then
    local first, last, prefix, parameters, between, letter = bytes:find("^([<=>?]?)([%d;:]*)([ -/]*)([@-~])", at + 2)
    if first then
      control_sequence(self, prefix, parameters, between, letter)
      return last
    end
    -- What is no sequence ends at the byte that does not belong.
    local odd = bytes:find("[^ -?]", at + 2)
    return odd and odd - 1
  elseif kind:find("[]PX^_]") then -- a text for the terminal; a key ends that, too
    local _, last = bytes:find("\27\\", at + 2, true)
    local bell = kind == "]" and bytes:find("\7", at + 2, true)
    if bell and (not last or bell < last) then return bell end
    return last
  elseif kind:find("[ -/]") then
    local first, last, set, which = bytes:find("^([ -/]+)([0-~])", at + 1)
    if not first then return #bytes - at > 8 and at or nil end
    if set == "(" then self.draws = which == "0" end
    if set == ")" then self.draws_shifted = which == "0" end
    if set == "#" and which == "8" then
      for y = 1, self.rows do
        for x = 1, self.cols do self.grid[y][x] = "E" end
      end
    end
    return last
  end
  local act = short[kind]
  if act then act(self) end
  return at + 1
end

-- A character that is not ASCII, at `at`. Returns where it ends; nil: more is to come.
local function character(self, bytes, at)
  local lead = bytes:byte(at)
  local size = lead >= 0xF0 and lead <= 0xF4 and 4 or lead >= 0xE0 and lead < 0xF0 and 3 or lead >= 0xC2 and lead < 0xE0 and 2
  local text = size and bytes:sub(at, at + size - 1)
  if size and #text < size and not text:find("[^\128-\191]", 2) then return nil end
  if not size or not utf8.len(text) then
    put(self, "\u{FFFD}", 1)
    return at
  end
  put(self, text, width_of(utf8.codepoint(text)))
  return at + size - 1
end

-- Takes what a program has written.
function Screen:feed(bytes)
  bytes = self.pending .. bytes
  self.pending = ""
  local at, size = 1, #bytes
  while at <= size do
    local byte = bytes:sub(at, at)
    local last
    if byte == "\27" then
      last = sequence(self, bytes, at)
    elseif byte >= " " and byte < "\127" then
      local draws = self.draws
      if self.shifted then draws = self.draws_shifted end
      local drawn = draws and byte >= "`" and DRAWN[byte:byte() - 0x5F]
      put(self, drawn or byte, 1)
      last = at
    elseif byte >= "\128" then
      last = character(self, bytes, at)
    else
      local act = controls[byte]
      if act then act(self) end
      last = at
    end
    if not last then
      self.pending = bytes:sub(at)
      return
    end
    at = last + 1
  end
end

------------------------------------------------------------------------------------------------------------------ to see

-- The line of that number, without blanks at its end.
function Screen:line(y)
  local row, cells = self.grid[y], {}
  for x = 1, self.cols do cells[x] = row[x] or " " end
  return (table.concat(cells):gsub(" +$", ""))
end

-- All lines, without empty ones at the end.
function Screen:text()
  local lines = {}
  for y = 1, self.rows do lines[y] = self:line(y) end
  while lines[#lines] == "" do lines[#lines] = nil end
  return table.concat(lines, "\n")
end

-- What does not fit any more is gone; lines at the top go first, as far as the cursor needs it.
function Screen:resize(cols, rows)
  local function fit(grid)
    while #grid > rows do table.remove(grid, grid == self.grid and self.y > rows and 1 or #grid) end
    while #grid < rows do grid[#grid + 1] = {} end
    for _, row in ipairs(grid) do
      cut(row, cols + 1)
      for x = cols + 1, self.cols do row[x] = nil end
    end
  end
  fit(self.grid)
  if self.other then fit(self.other) end
  self.cols, self.rows, self.top, self.bottom = cols, rows, 1, rows
  move(self, self.x, self.y)
end

return { new = new }
