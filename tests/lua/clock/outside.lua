-- While something outside of the program is waited for, time passes as it does there: nothing times out before it could
-- be ready, and what takes too long does time out.
local clock <close> = require "plait.test.clock".start()
local child = spawn_process(function() return "answer" end)
print(plait.timeout(1000, function() return await(child) end)) --> true	answer
print(clock:now() < 1000) --> true

local silent = spawn_process(function() sleep(1000) end)
local before = clock:now()
print(plait.timeout(0.05, function() return await(silent) end)) --> nil	timeout
print(clock:now() - before >= 0.05) --> true
silent:kill()
print((select(2, pcall(await, silent)).kind)) --> died

-- A file: no time-out comes before it was read.
local path = os.tmpname()
print(plait.timeout(1000, function() plait.fs.write(path, "text") return plait.fs.read(path) end)) --> true	text
os.remove(path)

-- Nothing is in flight any more: it jumps again.
before = clock:now()
sleep(100000)
print(clock:now() - before) --> 100000.0

-- A signal that nobody counts on does not keep it from that.
plait.signal("USR1", function() end)
sleep(100000)
print(clock:now() - before) --> 200000.0
plait.signal("USR1", nil)
