-- gather starts functions as tasks, before it waits for any.
local ch = plait.Channel()
local list = gather(function() return ch:recv() end, function() ch:send("met") return "sent" end)
print(list[1], list[2], list.n) --> met	sent	2
local callable = setmetatable({}, { __call = function() return "called" end })
print(gather(callable)[1], gather{ callable, callable }.n) --> called	2
