-- f gets all values of a step of the iterator, and the loop all its results, nils included but for the first.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    for _, chunk in ipairs{ 1, 2 } do
        local out = {}
        for k, v, n in pool:imap(function(k, v) return v, nil, k:upper() end, ("a=1 b=2 c=3"):gmatch("(%w)=(%w)"), { chunk = chunk }) do
            out[#out + 1] = ("%s %s %s"):format(k, v, n)
        end
        print(table.concat(out, ", "))
    end
    print(select("#", pool:imap(function() return 1, nil, nil end, { 0 })()))
    local ok, err = pcall(function() for _ in pool:imap(function(x) if x == 1 then return 1 end end, { 1, 2 }) do end end)
    print(ok, plait.kind(err), err.message:match("imap: .*"))
end
--> 1 nil A, 2 nil B, 3 nil C
--> 1 nil A, 2 nil B, 3 nil C
--> 3
--> false	usage	imap: f returned nil for item 2, which would end the loop; return false, or use map
--> 1 nil A, 2 nil B, 3 nil C
--> 1 nil A, 2 nil B, 3 nil C
--> 3
--> false	usage	imap: f returned nil for item 2, which would end the loop; return false, or use map
