-- Tables arrive as they were, however Lua keeps them: lists built forwards and backwards, with holes, with what is left of a
-- stack, beside other keys; long ones and short ones; plain values and others mixed.
local function same(a, b)
    if type(a) ~= "table" or type(b) ~= "table" then return a == b and math.type(a) == math.type(b) or (a ~= a and b ~= b) end
    for k, v in next, a do if not same(v, b[k]) then return false end end
    for k in next, b do if a[k] == nil then return false end end
    return getmetatable(a) == getmetatable(b) or same(getmetatable(a), getmetatable(b))
end

local seed = os.time()
math.randomseed(seed)
local random = math.random

local long = ("x"):rep(70000)
local function value()
    local kind = random(12)
    if kind <= 4 then return random(-200, 200) end
    if kind == 5 then return random(0) end
    if kind == 6 then return random() * 1e6 end
    if kind == 7 then return random(2) == 1 end
    if kind == 8 then return ("s"):rep(random(0, 40)) end
    if kind == 9 then return ("\0"):rep(random(0, 400)) end
    if kind == 10 then return { random(9), { random(9) } } end
    if kind == 11 then return random(200) == 1 and long or "" end
    return 0 / 0
end

local shapes = {
    function(n) local t = {} for i = 1, n do t[i] = value() end return t end,
    function(n) local t = {} for i = n, 1, -1 do t[i] = value() end return t end,
    function(n) local t = {} for i = 1, n do t[i] = value() end for _ = 1, n // 3 do t[random(n + 1)] = nil end return t end,
    function(n) local t = {} for i = 1, n do t[i] = value() end for i = n, n // 2, -1 do t[i] = nil end return t end,
    function(n) local t = { a = 1, b = 2, [0] = 3 } for i = 1, n do t[i] = value() end t.c = nil return t end,
    function(n) local t = { x = 1 } for i = n, 1, -1 do t[i] = value() end t["1"], t["2"], t[1.5] = 1, 2, 3 return t end,
    function(n) local t = {} for i = 1, n do t[random(4 * n)] = value() end return t end,
    function(n) local t = {} for i = 1, n do t[value() == value() and i or "k" .. i] = value() end return t end,
    function(n) return setmetatable({ table.unpack((function() local t = {} for i = 1, n % 200 do t[i] = i end return t end)()) }, { name = "m" }) end,
    function(n) local t = {} for i = 1, n do t[i] = i end return t end,
    function(n) local t = {} for i = 1, n do t[i] = ("%d"):format(i):rep(40) end return t end,
}

local here = plait.Channel(1)
local there, back = plait.Channel(), plait.Channel()
local echo = spawn_process(function() for v in there do back:send(v) end end)
local count = 0
for _, n in ipairs{ 0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 100, 511, 512, 513, 3000 } do
    for i, shape in ipairs(shapes) do
        for _ = 1, n < 20 and 20 or 1 do
            local t = shape(n)
            here:send(t)
            there:send(t)
            assert(same(t, here:recv()), ("shape %d of %d, seed %d, here"):format(i, n, seed))
            assert(same(t, back:recv()), ("shape %d of %d, seed %d, there"):format(i, n, seed))
            count = count + 1
        end
    end
end
there:close()
await(echo)
print(count) --> 2695
