-- v is copied when the case is made, and may be sent any number of times; what
-- cannot travel is refused when it is made.
local ch = plait.Channel(3)
local t = { "as it was" }
local case = ch:sending(t)
t[1] = "changed"
for i = 1, 3 do assert(plait.select{ case } == 1) end
print(ch:recv()[1], ch:recv()[1], ch:recv()[1], #ch) --> as it was	as it was	as it was	0
print(ch:recv(0) == nil, plait.select{ ch, default = true }) --> true	nil	default
local function try(...) print((select(2, pcall(ch.sending, ...)).message:gsub("^.-:%d+: ", ""))) end
try(ch)
try(ch, nil)
try(ch, coroutine.create(print))
try(ch, { a = { io.stdout, io.tmpfile() } })
--> nil cannot be sent: recv gives it when a channel is closed
--> nil cannot be sent: recv gives it when a channel is closed
--> cannot send to another strand: value is a coroutine
--> cannot send to another strand: value.a[2] is a userdata (FILE*)
print((tostring(case):gsub("%d+", "N"))) --> plait.sending (to channel N)
print(plait.kind(select(2, pcall(ch.send, ch, case)))) --> send
