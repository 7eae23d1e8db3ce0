-- Time is virtual: what comes first in time comes first in every order.
local fast, slow = plait.Channel(1), plait.Channel(1)
spawn_thread(function() sleep(1) fast:send("fast") end)
spawn_thread(function() sleep(2) slow:send("slow") end)
local which, value = plait.select{ fast, slow, timeout = 10 }
assert(which == 1 and value == "fast")
which, value = plait.select{ slow, timeout = 10 }
assert(which == 1 and value == "slow")
assert(plait.now() == 2)
