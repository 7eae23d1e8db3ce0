-- An iterator of imap that nobody has any more cancels what it has under way.
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool <close> = plait.Pool(options)
    local begun, ended = plait.Channel(math.huge), plait.Channel(math.huge)
    local function run()
        local step = pool:imap(function(s)
            local _ <close> = setmetatable({}, { __close = function() ended:send(s) end })
            begun:send(s)
            sleep(s)
            return s
        end, { 0, 3600, 3600 })
        print(step())
        print(begun:recv(), begun:recv()) -- one that has not begun yet would not end either
    end
    run()
    collectgarbage()
    collectgarbage()
    print(ended:recv(), ended:recv(), pool:map(math.abs, { -1 })[1], #ended)
end
--> 0
--> 0	3600
--> 0	3600	1	0
--> 0
--> 0	3600
--> 0	3600	1	0
