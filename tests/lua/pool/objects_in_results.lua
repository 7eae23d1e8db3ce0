-- Results may be, or hold, shared objects; also those of a chunk that a later item kills.
local shared = plait.Value(7)
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool <close> = plait.Pool(options)
    local function work(i)
        if i == 4 and options.processes then os.exit(1) end
        if i == 4 then error("item 4", 0) end
        return i % 2 == 0 and shared or { shared, i }
    end
    local step = pool:imap(work, { 1, 2, 3, 4, 5, 6 }, { chunk = 6, ahead = 6 })
    local out = {}
    for i = 1, 6 do
        local ok, v = pcall(step)
        if not ok then out[i] = plait.kind(v) or v
        elseif v == shared then out[i] = "object"
        else out[i] = ("list %s %d"):format(v[1] == shared, v[2]) end
    end
    print(table.concat(out, ", "))
    print(pool:map(work, { 1, 2, 3 })[2] == shared)
end
--> list true 1, object, list true 3, item 4, list true 5, object
--> true
--> list true 1, object, list true 3, died, list true 5, object
--> true
