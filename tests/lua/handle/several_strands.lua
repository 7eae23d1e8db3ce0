-- Several strands await the same handle; all are woken, with the same results.
local gate = plait.Channel()
local h = async(function() return gate:recv(), nil, "end" end)
local function wait() return await(h) end
local tasks = { async(wait), async(wait), async(wait) }
local thread = spawn_thread(wait)
plait.yield()
print(tasks[1]:status(), tasks[3]:status()) --> waiting	waiting
gate:send("open")
for i = 1, 3 do print(await(tasks[i])) end
--> open	nil	end
--> open	nil	end
--> open	nil	end
print(await(thread)) --> open	nil	end
