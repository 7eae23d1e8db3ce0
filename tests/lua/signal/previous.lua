-- plait.signal returns the function before; nil restores the default.
local function kill(name) assert(os.execute("kill -" .. name .. " " .. plait.pid())) end
local come = plait.Channel(math.huge)
local function first() come:send("first") end
local function second() come:send("second") end
print(plait.signal("USR1", first)) --> nil
print(plait.signal("USR1", second) == first) --> true
kill("USR1")
print(come:recv()) --> second
print(plait.signal("USR1", nil) == second) --> true
print(plait.signal("SIGUSR1", nil)) --> nil
-- The default of WINCH is to be ignored.
plait.signal("WINCH", first)
plait.signal("WINCH", nil)
kill("WINCH")
plait.signal("USR1", second)
kill("USR1")
print(come:recv()) --> second
