-- A thread that reads the standard input may be given something.
--! stdin: a line
local ch = plait.Channel()
spawn_thread(function() ch:send((io.read())) end)
print(ch:recv()) --> a line
