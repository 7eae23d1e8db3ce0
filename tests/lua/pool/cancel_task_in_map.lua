-- A task that is cancelled in the middle of map, or imap, cancels what is under way and waits for its end; other items are left out.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    for _, how in ipairs{ "map", "imap" } do
        local begun, ended = plait.Channel(math.huge), plait.Value(0)
        local function work(i)
            begun:send(i)
            local _ <close> = setmetatable({}, { __close = function() ended:add(1) end })
            sleep(3600)
        end
        local list = {}
        for i = 1, 100 do list[i] = i end
        local task = async(function()
            if how == "map" then return pool:map(work, list, { chunk = 3 }) end
            for _ in pool:imap(work, list, { chunk = 3 }) do end
        end)
        begun:recv()
        begun:recv()
        task:cancel()
        local ok, err = pcall(await, task)
        print(how, ok, plait.kind(err), ended:get(), #begun, pool:map(math.abs, { -1 })[1])
    end
end
--> map	false	cancelled	2	0	1
--> imap	false	cancelled	2	0	1
--> map	false	cancelled	2	0	1
--> imap	false	cancelled	2	0	1
