-- Strands that make way at every instruction do what they would do otherwise.
local internal = require "plait.internal"
local function work(n)
    local t = setmetatable({}, { __index = function(_, k) return k end,
        __close = function() n = n + 1 end })
    local co = coroutine.wrap(function()
        for i = 1, n do coroutine.yield(i) end
        return "end"
    end)
    local sum = 0
    for v in co do
        if v == "end" then break end
        sum = sum + v + t[v]
    end
    local words = {}
    for word in ("c a b"):gmatch("%a") do words[#words + 1] = word end
    table.sort(words, function(a, b) return a < b end)
    do local closed <close> = t end
    local ok, err = pcall(error, { n })
    return sum, table.concat(words), n, err[1], ("x"):gsub("x", function() return "y" end)
end
local plain = table.pack(work(20))
internal.slice(1)
local tasks = {}
for i = 1, 5 do tasks[i] = async(work, 20) end
for i = 1, 5 do
    local results = table.pack(await(tasks[i]))
    for k = 1, plain.n do assert(results[k] == plain[k], k) end
end
internal.slice(0)
print(table.unpack(plain)) --> 420	abc	21	21	y	1
