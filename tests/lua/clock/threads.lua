-- Threads live by the same clock: it stands still while one of them runs, and then goes to the first deadline of any. Of
-- several at one time that of the thread is first that was started before the others.
local clock <close> = require "plait.test.clock".start()
local channel = plait.Channel(100)
local function worker(name, seconds, channel)
  for i = 1, 3 do
    sleep(seconds)
    local t = {}
    for k = 1, 20000 do t[k] = {} end -- others would be ahead by now if it did not stand still
    channel:send(("%s%d at %g"):format(name, i, plait.now()))
  end
end
local threads = {spawn_thread(worker, "a", 10, channel), spawn_thread(worker, "b", 15, channel), spawn_thread(worker, "c", 22, channel)}
async(function() for i = 1, 4 do sleep(12) channel:send(("m%d at %g"):format(i, plait.now())) end end)
gather(threads)
channel:close()
for line in channel do print(line) end
--> a1 at 10
--> m1 at 12
--> b1 at 15
--> a2 at 20
--> c1 at 22
--> m2 at 24
--> a3 at 30
--> b2 at 30
--> m3 at 36
--> c2 at 44
--> b3 at 45
--> m4 at 48
--> c3 at 66
print(clock:now()) --> 66.0

-- Deadlines at one time: one strand after the other, so that their order is always the same.
local order = {}
for round = 1, 20 do
  local log = plait.Channel(10)
  local all = {}
  for i = 1, 4 do all[i] = spawn_thread(function(i, log) sleep(5) log:send(i) sleep(5) log:send(i) end, i, log) end
  gather(all)
  log:close()
  local text = {}
  for i in log do text[#text + 1] = i end
  order[round] = #text
  assert(text[1] + text[2] + text[3] + text[4] == 10, "nobody sleeps twice before all have slept once")
end
print(#order) --> 20

-- Nobody is left who could wake anybody: that is told at once, although there was time.
print((select(2, pcall(function() plait.Channel():recv() end)).kind)) --> deadlock
