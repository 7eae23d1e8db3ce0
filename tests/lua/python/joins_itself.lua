-- A thread that joins itself, or the main thread, gets an error, as in Python.
local threading = require "plait.threading"
local function kind(t) return plait.kind(select(2, pcall(t.join, t))) end
local out = plait.Table()
local t = threading.Thread{ target = function()
    local threading = require "plait.threading"
    out.own, out.main = kind(threading.current_thread()), kind(threading.main_thread())
end }
t:start()
t:join()
print(out.own, out.main) --> deadlock	deadlock
print(select(2, pcall(function() threading.main_thread():join() end)))
--> joins_itself.lua:12: join: a thread cannot wait for its own end
