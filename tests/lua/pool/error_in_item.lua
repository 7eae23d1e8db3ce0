-- The error of an item is raised by map, as itself; the pool works on.
local Class = { __tostring = function(e) return "item " .. e.item end }
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local function work(i)
        if i == 7 then error(setmetatable({ item = i }, Class)) end
        return i
    end
    local ok, err = pcall(pool.map, pool, work, { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, { chunk = 2 })
    print(ok, err.item, tostring(err), #pool:map(work, { 1, 2, 3 }))
    print(pcall(pool.starmap, pool, error, { { "text", 0 } }))
end
--> false	7	item 7	3
--> false	text
--> false	7	item 7	3
--> false	text
