-- With settle an error cancels nobody: all are waited for.
local gate = plait.Channel()
local list = gather{ function() error("at once", 0) end, function() return gate:recv() end,
    function() for _ = 1, 5 do plait.yield() end gate:send("in the end") end, settle = true }
print(list[1].error, list[2].ok, list[2].value, list[3].ok) --> at once	true	in the end	true
