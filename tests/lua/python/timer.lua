-- A Timer calls its function once, after its interval, unless it is cancelled before.
local threading = require "plait.threading"

local log = {}
local function note(...) table.insert(log, table.concat({...}, " ")) end

local begin = plait.now()
local function note_in_time(name, interval)
    note(name, plait.now() - begin >= interval and "in time" or "too early")
end
local second = threading.Timer(0.06, note_in_time, {"second", 0.06})
local first = threading.Timer(0.02, note_in_time, {"first", 0.02})
local never = threading.Timer(3600, note, {"never"})
local cancelled_before = threading.Timer(0.01, note, {"cancelled before its start"})

cancelled_before:cancel()
for _, timer in ipairs{second, first, never, cancelled_before} do timer:start() end
print(never:is_alive()) --> true
never:cancel()
second:join()
never:join()
cancelled_before:join()
first:join()
print(second:is_alive()) --> false
print(never:is_alive()) --> false
first:cancel()
table.sort(log)
print(table.concat(log, ", ")) --> first in time, second in time
print(select(2, pcall(first.start, first)):match("timers can only be started once")) --> timers can only be started once
