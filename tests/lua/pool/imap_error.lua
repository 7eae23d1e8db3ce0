-- The error of an item is raised at its turn, after the results of those before it. Called by hand the iterator goes on then.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local function work(i)
        if i % 3 == 0 then error("item " .. i, 0) end
        return i
    end
    for _, chunk in ipairs{ 1, 4 } do
        local got = {}
        local ok, err = pcall(function()
            for i in pool:imap(work, { 1, 2, 3, 4, 5 }, { chunk = chunk }) do got[#got + 1] = i end
        end)
        print(ok, err, table.concat(got, " "))
        local step = pool:imap(work, { 1, 2, 3, 4, 5, 6, 7 }, { chunk = chunk })
        got = {}
        for _ = 1, 8 do got[#got + 1] = tostring(select(2, pcall(step))) end
        print(table.concat(got, " "))
    end
end
--> false	item 3	1 2
--> 1 2 item 3 4 5 item 6 7 nil
--> false	item 3	1 2
--> 1 2 item 3 4 5 item 6 7 nil
--> false	item 3	1 2
--> 1 2 item 3 4 5 item 6 7 nil
--> false	item 3	1 2
--> 1 2 item 3 4 5 item 6 7 nil
