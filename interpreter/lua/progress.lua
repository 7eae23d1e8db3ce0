-- progress.lua - the option `progress` of what a pool does.
--
--     local display <close> = progress.open(option, total, "map")
--     display:update(done)
--
-- A function is called with what is done and the total (nil if that is not
-- known). true, or a table, shows one line on a terminal (the standard error),
-- which is cleared at the end; elsewhere it shows nothing.

local internal = require "plait.internal"
local now = require("plait").now

local progress = {}

local INTERVAL = 0.1 -- seconds between two pictures, at least

local known = { label = true, total = true, width = true }

-- ---- no display ----

local nothing = {}
nothing.__index = nothing
nothing.__close = function() end
function nothing:update() end

local silence = setmetatable({}, nothing)

-- ---- a function ----

local callback = { __close = function() end }
callback.__index = callback

function callback:update(done)
  if done == self.last then return end
  self.last = done
  self.call(done, self.total)
end

-- ---- a line on a terminal ----

local line = {}
line.__index = line

local function format_time(seconds)
  seconds = math.floor(seconds + 0.5)
  local hours, minutes = seconds // 3600, seconds // 60 % 60
  if hours > 0 then
    return ("%d:%02d:%02d"):format(hours, minutes, seconds % 60)
  end
  return ("%d:%02d"):format(minutes, seconds % 60)
end

local function format_rate(rate)
  if rate >= 1e6 then return ("%.1fM/s"):format(rate / 1e6) end
  if rate >= 1e4 then return ("%.1fk/s"):format(rate / 1e3) end
  return (rate < 10 and "%.2f/s" or "%.0f/s"):format(rate)
end

-- What stands left and right of the bar.
local function describe(self, done, elapsed)
  local rate = elapsed > 0 and done / elapsed or 0
  local left = self.label and self.label .. " " or ""
  if not self.total then
    return left, ("%d  %s  %s"):format(done, format_rate(rate),
      format_time(elapsed))
  end
  local eta = "-:--"
  if rate > 0 then eta = format_time((self.total - done) / rate) end
  return ("%s%3d%% "):format(left, done * 100 // self.total),
    (" %d/%d  %s  ETA %s"):format(done, self.total, format_rate(rate), eta)
end

local function draw(self, done)
  local left, right = describe(self, done, now() - self.start)
  -- Not the last column: some terminals go on to the next line from there.
  local room = self.width - 1 - #left - #right - 2
  local bar = ""
  if self.total and room >= 5 then
    local full = room * done // self.total
    bar = ("[%s%s]"):format(("="):rep(full), (" "):rep(room - full))
  end
  local text = (left .. bar .. right):sub(1, self.width - 1)
  io.stderr:write("\r", text, "\27[K")
  io.stderr:flush()
  self.is_shown = true
end

function line:update(done)
  local time = now()
  if time < self.due then return end
  self.due = time + INTERVAL
  draw(self, done)
end

function line:__close()
  if not self.is_shown then return end
  io.stderr:write("\r\27[K")
  io.stderr:flush()
end

local function check_table(option, caller)
  for name in next, option do
    if not known[name] then
      internal.raise("usage", ("%s: progress has no field '%s'"):format(caller,
        tostring(name)))
    end
  end
  return option
end

-- ---- which one ----

function progress.open(option, total, caller)
  if not option then return silence end
  if internal.is_callable(option) then
    return setmetatable({ call = option, total = total, last = 0 }, callback)
  end
  if option ~= true and type(option) ~= "table" then
    internal.raise("usage", ("%s: progress is %s, not true, a function or " ..
      "a table"):format(caller, internal.describe(option)))
  end
  local fields = option == true and {} or check_table(option, caller)
  local width = internal.terminal_width()
  if not width then return silence end
  total = fields.total or total
  if total == 0 then return silence end
  local time = now()
  return setmetatable({ total = total, label = fields.label,
    width = fields.width or width, start = time, due = time + INTERVAL,
    tick = INTERVAL }, line)
end

return progress
