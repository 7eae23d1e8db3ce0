-- os.exit(n, true) from a task closed the main script's variables as if the task were still running.
--! status: 3
local lock = plait.Lock()
local _ <close> = lock:acquire()
async(function() os.exit(3, true) end)
plait.Channel():recv()
