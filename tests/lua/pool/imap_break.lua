-- Leaving the loop cancels what is under way and waits for its end; nothing more is read.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local begun, ended = plait.Value(0), plait.Value(0)
    local function work(i)
        begun:add(1)
        local _ <close> = setmetatable({}, { __close = function() ended:add(1) end })
        if i > 2 then sleep(3600) end
        return i
    end
    local function check(what, source, left)
        begun:set(0)
        ended:set(0)
        local ok, err = pcall(function()
            for i in pool:imap(work, source, { ahead = 6 }) do
                if i == 2 then
                    while begun:get() < 4 do sleep(0.001) end -- the workers are at it
                    if what == "break" then break end
                    if what == "error" then error("out", 0) end
                    if what == "goto" then goto out end
                    return "returned"
                end
            end
            ::out::
        end)
        local a, b = begun:get(), ended:get()
        local idle = pool:map(math.abs, { -1, -2 }, { chunk = 1 }) -- the workers are free
        print(what, ok, err, a == b, begun:get() == a, idle[2], left())
    end
    local read = 0
    local function count() read = read + 1 return read end
    check("break", count, function() return read end)
    check("error", { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, function() return "list" end)
    local ch = plait.Channel(20)
    for i = 1, 20 do ch:send(i) end
    check("goto", ch, function() return #ch end)
    read = 0
    -- Who waits in between may have read one for the result that was taken last.
    check("return", function() sleep(0.0001) return count() end, function() return read <= 8 end)
end
--> break	true	nil	true	true	2	7
--> error	false	out	true	true	2	list
--> goto	true	nil	true	true	2	13
--> return	true	returned	true	true	2	true
--> break	true	nil	true	true	2	7
--> error	false	out	true	true	2	list
--> goto	true	nil	true	true	2	13
--> return	true	returned	true	true	2	true
