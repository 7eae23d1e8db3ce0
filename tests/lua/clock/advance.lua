-- By a virtual clock sleeps take no time, and end in their order, whatever their lengths.
local started = plait.now()
local clock = require "plait.test.clock".start()
local log = {}
async(function() for i = 1, 3 do sleep(10) log[#log + 1] = i .. ":" .. clock:now() end end)
async(function() sleep(1000000) log[#log + 1] = "late" end)
async(function() sleep(20.5) log[#log + 1] = "between" end)
print(clock:now(), plait.now()) --> 0.0	0.0
clock:advance(25)
print(table.concat(log, " "), clock:now()) --> 1:10.0 2:20.0 between	25.0
clock:advance(0)
print(clock:now()) --> 25.0
clock:advance(5)
print(log[#log], clock:now()) --> 3:30.0	30.0

-- Time-outs, deadlines, timers and waits with a limit follow it.
print(plait.timeout(60, function() sleep(100) end)) --> nil	timeout
print(plait.now()) --> 90.0
local channel = plait.Channel()
print(channel:recv(3600)) --> nil	timeout
print(plait.now()) --> 3690.0
print(select(2, pcall(function()
  local limit <close> = plait.deadline(10)
  print(limit:remaining()) --> 10.0
  sleep(50)
end)).kind) --> timeout
print(plait.now()) --> 3700.0
local ticks = {}
local timer = plait.every(7, function() ticks[#ticks + 1] = plait.now() end)
plait.after(20, function() timer:cancel() end)
clock:advance(30)
print(table.concat(ticks, " ")) --> 3707.0 3714.0
print(clock:now(), plait.select{channel, timeout = 5}) --> 3730.0	nil	timeout

-- What is computed takes no time.
for _ = 1, 300000 do local _ = {} end
print(clock:now()) --> 3735.0

-- Afterwards time is the machine's, and what sleeps goes on as long as it had to.
local slept = async(function() sleep(0.01) return true end)
clock:stop()
print(plait.now() - started < 60, await(slept)) --> true	true
print(log[#log]) --> 3:30.0
os.exit()
