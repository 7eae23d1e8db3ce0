-- Workers run at the same time: two jobs can meet.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local ch = plait.Channel()
    local a = pool:submit(function() return ch:recv() end)
    local b = pool:submit(function() return ch:send("met") end)
    print(await(a), await(b))
end
--> met	true
--> met	true
