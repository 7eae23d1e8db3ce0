-- Results come in the order of the items, or, with ordered = false, as they end.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local gate = plait.Channel(1)
    local function work(name)
        if name == "slow" then gate:recv() end
        return name
    end
    local got = {}
    for name in pool:imap(work, { "slow", "a", "b" }, { ordered = false }) do
        got[#got + 1] = name
        if name == "b" then gate:send(true) end -- only then can the first one end
    end
    print(table.concat(got, " "))
    gate:send(true)
    got = {}
    for name in pool:imap(work, { "slow", "a", "b" }, { ordered = true }) do got[#got + 1] = name end
    print(table.concat(got, " "))
end
--> a b slow
--> slow a b
--> a b slow
--> slow a b
