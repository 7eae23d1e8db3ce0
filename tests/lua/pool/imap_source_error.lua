-- An error of the source ends the loop after the results of what was read before it; so does an item that cannot travel.
local pool <close> = plait.Pool(2)
for _, chunk in ipairs{ 1, 3 } do
    local i = 0
    local function source()
        i = i + 1
        if i == 5 then error({ code = 5 }) end
        return i
    end
    local got = {}
    local ok, err = pcall(function()
        for v in pool:imap(math.abs, source, { chunk = chunk }) do got[#got + 1] = v end
    end)
    print(ok, err.code, table.concat(got, " "))
    got = {}
    ok, err = pcall(function()
        for v in pool:imap(math.abs, { 1, 2, coroutine.create(print), 4 }, { chunk = chunk }) do got[#got + 1] = v end
    end)
    print(ok, plait.kind(err), err.message:match("cannot send.*"), table.concat(got, " "))
end
--> false	5	1 2 3 4
--> false	send	cannot send to thread: item 3 is a coroutine	1 2
--> false	5	1 2 3 4
--> false	send	cannot send to thread: item 3 is a coroutine	1 2
