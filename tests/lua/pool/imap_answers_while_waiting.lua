-- Results are given as soon as they are there, also while the source waits: a channel can bring requests.
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool <close> = plait.Pool(options)
    local requests, replies = plait.Channel(), plait.Channel()
    local server = async(function()
        for reply in pool:imap(function(x) return "<" .. x .. ">" end, requests, { ahead = 8, chunk = 4 }) do replies:send(reply) end
        return "served"
    end)
    for i = 1, 3 do
        requests:send(i)
        io.write(replies:recv(), " ") -- before the next request is there
    end
    requests:close()
    print(await(server))
end
--> <1> <2> <3> served
--> <1> <2> <3> served
