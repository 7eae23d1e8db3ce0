-- Large strings, long lists and many results travel.
local text, list = ("0123456789abcdef"):rep(200000), {}
for i = 1, 20000 do list[i] = i end
for _, start in ipairs{spawn_thread, spawn_process} do
    local back, numbers = await(start(function(t, l) assert(t == text) return t, l end, text, list))
    print(back == text, #numbers, numbers[20000])
    print(select("#", await(start(function() return table.unpack(list, 1, 10000) end))))
end
--> true	20000	20000
--> 10000
--> true	20000	20000
--> 10000
