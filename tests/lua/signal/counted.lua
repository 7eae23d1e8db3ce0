-- Signals that come before a task could be started for them are one task, which is told how many there were.
local pid = plait.pid()
local counts = plait.Channel(math.huge)
plait.signal("USR1", function(_, count) counts:send(count) end)
-- Each kill has ended before the next one, and its signal has been counted by then; the state does not wait meanwhile.
for _ = 1, 5 do os.execute("kill -USR1 " .. pid) end
print(#counts) --> 0
print(counts:recv(), #counts) --> 5	0
