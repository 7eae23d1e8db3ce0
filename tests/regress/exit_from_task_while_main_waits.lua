-- os.exit from a task left the main script's wait registered with a thread, which then wrote to freed memory.
--! status: 3
local gate = plait.Channel()
local thread = spawn_thread(function() gate:recv() end)
async(function() os.exit(3, true) end)
await(thread)
