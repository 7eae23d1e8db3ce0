-- What is not waitable, options it does not know, and values of the wrong kind
-- are refused, naming the case and what was meant.
local ch = plait.Channel(1)
local function try(...) print((select(2, pcall(plait.select, ...)).message:gsub("^.-:%d+: ", ""))) end
try{ ch, (sleep(0)), ch }
try{ ch, (sleep(0)), n = 2 }
try{ function() end }
try{ ch, print }
try{ ch, "text" }
try{ 5 }
try{ ch, { ch } }
try{ true }
try{ plait.Lock() }
try{ ch, plait.Value(1) }
try{ io.stdout }
try{ [1000000000] = ch }
try{}
try{ n = 0 }
try{ default = false }
try()
try(ch, ch)
try(5)
try{ ch, timout = 1 }
try{ ch, [0] = ch }
try{ ch, [1.5] = ch }
try{ ch, timeout = "1" }
try{ ch, timeout = -1 }
try{ ch, default = 1 }
try{ ch, n = 0 }
try{ ch, n = "x" }
ch:send("still there")
print(ch:try_recv())
--> select: case 2 is nil, not something to wait for; did you mean async(sleep, 1)?
--> select: case 2 is nil, not something to wait for; did you mean async(sleep, 1)?
--> select: case 1 is a function, not something to wait for; did you mean async(f)?
--> select: case 2 is a function, not something to wait for; did you mean async(f)?
--> select: case 2 is "text" (a string), not something to wait for: a channel, ch:sending(v), a handle or an event
--> select: case 1 is 5 (a number), not something to wait for: a channel, ch:sending(v), a handle or an event
--> select: case 2 is a table, not something to wait for: a channel, ch:sending(v), a handle or an event
--> select: case 1 is true (a boolean), not something to wait for: a channel, ch:sending(v), a handle or an event
--> select: case 1 is a Lock, not something to wait for: a channel, ch:sending(v), a handle or an event
--> select: case 2 is a Value, not something to wait for: a channel, ch:sending(v), a handle or an event
--> select: case 1 is an open file, not something to wait for: a channel, ch:sending(v), a handle or an event
--> select: case 1 is nil, not something to wait for
--> select: there is nothing to wait for
--> select: there is nothing to wait for
--> select: there is nothing to wait for
--> select: argument 1 is nil, not a table; write plait.select{a, b, timeout = 1}
--> select: argument 1 is a Channel, not a table; write plait.select{a, b, timeout = 1}
--> select: argument 1 is 5 (a number), not a table; write plait.select{a, b, timeout = 1}
--> select: there is no option 'timout'; there are 'timeout' and 'default'
--> select: there is no option '0'; there are 'timeout' and 'default'
--> select: there is no option '1.5'; there are 'timeout' and 'default'
--> select: timeout is 1, not a number of seconds
--> select: timeout is -1, not a number of seconds
--> select: default is 1, not true or false
--> select: n is 0, but there is a case 1
--> select: n is x, not a number of cases
--> still there
