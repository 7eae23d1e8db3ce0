-- A main script that yields in a loop lets in what comes from threads.
local ended = false
spawn_thread(function() end):on_done(function() ended = true end)
while not ended do plait.yield() end
print("on_done was called") --> on_done was called
local ch, got = plait.Channel(), nil
async(function() got = ch:recv() end)
spawn_thread(function() ch:send("a message") end)
while not got do plait.yield() end
print(got) --> a message
