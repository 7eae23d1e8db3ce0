-- A Timer calls its function once, after its interval, unless it is cancelled before.
local threading = require "plait.threading"

local log = {}
local function note(...) table.insert(log, table.concat({...}, " ")) end

local second = threading.Timer(0.06, note, {"second"})
local first = threading.Timer(0.02, note, {"first", 1})
local never = threading.Timer(0.03, note, {"never"})
local cancelled_before = threading.Timer(0.01, note, {"cancelled before its start"})

cancelled_before:cancel()
for _, timer in ipairs{second, first, never, cancelled_before} do timer:start() end
print(second:is_alive()) --> true
never:cancel()
second:join()
never:join()
print(second:is_alive()) --> false
print(never:is_alive()) --> false
first:cancel()
print(table.concat(log, ", ")) --> first 1, second
print(select(2, pcall(first.start, first)):match("timers can only be started once")) --> timers can only be started once
