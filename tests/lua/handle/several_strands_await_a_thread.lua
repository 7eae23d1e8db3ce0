-- A thread is awaited by tasks and by another thread.
local gate = plait.Channel(1)
local h = spawn_thread(function() return gate:recv() end)
local function wait() return (await(h)) end
local a, b, c = async(wait), async(wait), spawn_thread(wait)
plait.yield()
gate:send("open")
print(await(a), await(b), await(c), await(h)) --> open	open	open	open
