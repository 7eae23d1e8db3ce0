-- Elements that come late in Lua's own order, after a gap that they fill, arrived as nil.
local ch = plait.Channel(1)
for _, keys in ipairs{{15, 18, 12, 2, 31, 10, 15, 1, 3}, {12, 8, 24, 2, 18, 4, 2, 2, 1}, {7, 4, 1, 20, 10, 16, 6, 2, 28}} do
    local t = {}
    for i, key in ipairs(keys) do t[key] = i end
    ch:send(t)
    local got, wrong = ch:recv(), 0
    for k, v in pairs(t) do
        if got[k] ~= v then wrong = wrong + 1 end
    end
    for k in pairs(got) do
        if t[k] == nil then wrong = wrong + 1 end
    end
    print(wrong)
end
--> 0
--> 0
--> 0
