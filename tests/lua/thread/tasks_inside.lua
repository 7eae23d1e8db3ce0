-- A thread has tasks of its own, which run while it waits; those it leaves are finished before it is done.
local out = plait.Channel(10)
local thread = spawn_thread(function()
    local first = async(function() sleep(0.01) out:send("first") return 1 end)
    async(function() sleep(0.02) out:send("left behind") end)
    return await(first)
end)
print(await(thread)) --> 1
print(out:recv()) --> first
print(out:recv(60)) --> left behind
