-- plait.test.clock: the virtual clock. Time stands still while any strand of the program runs, and goes to the next
-- deadline, at once, when none does; so sleeps and time-outs take no time, and end in their order.
--
--     local clock <close> = require "plait.test.clock".start()
--     clock:advance(60)          -- all that is due within a minute has happened
--
-- While something outside of the program is waited for (a process, a socket, a file), time passes as it does there.

local internal = require "plait.internal"
local plait = require "plait"

local clock = {}
clock.__index = clock
clock.__name = "clock"

local virtual = setmetatable({}, clock)
local steered = setmetatable({ is_kept = true }, clock) -- of a process whose strands are picked: it is virtual all along

-- start() -> clock: from here on time is virtual, for all strands of the program but those in other processes, until
-- clock:stop(). It starts at 2000-01-01 00:00 UTC.
local function start()
  if internal.is_steered() then return steered end
  if internal.clock_is_virtual() then internal.raise("usage", "the clock is virtual already") end
  internal.clock_start()
  return virtual
end

local function check(self)
  if getmetatable(self) ~= clock then internal.raise("usage", "a method of the clock is called with ':'") end
  if not internal.clock_is_virtual() then internal.raise("usage", "the clock is not virtual") end
end

-- clock:now() -> seconds since it was started
function clock:now()
  check(self)
  return plait.now()
end

-- clock:settle(): waits until every other strand waits. Time does not move meanwhile.
function clock:settle()
  check(self)
  internal.clock_settle()
end

-- clock:advance(seconds): all that is due within that time happens, each at its time, and time has moved by that.
function clock:advance(seconds)
  check(self)
  if math.type(seconds) == nil or not (seconds >= 0) or seconds == math.huge then
    internal.raise("usage", "clock:advance: argument 1 is " .. internal.describe(seconds)
      .. ", not a number of seconds from 0 on")
  end
  if seconds > 0 then plait.sleep(seconds) end
  internal.clock_settle()
end

-- clock:stop(): time is the machine's again.
function clock:stop()
  if internal.clock_is_virtual() and not self.is_kept then internal.clock_stop() end
end

clock.__close = clock.stop

return { start = start }
