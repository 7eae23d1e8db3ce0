-- Lua code that uses nothing of plait. run.lua runs this file by plait and by
-- the stock interpreter; the figures are for one call of each function.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")

bench.clock = os.clock -- the only one both have: processor time

-- How often the collector runs depends on how much is alive. This much makes
-- what an interpreter itself keeps alive, more or less, unimportant.
local ballast = {}
for i = 1, 40000 do ballast[i] = { i } end

local function fib(n)
    if n < 2 then return n end
    return fib(n - 1) + fib(n - 2)
end

local function loops()
    local sum = 0
    for i = 1, 30000 do
        if i % 3 == 0 then
            sum = sum + i * 0.5
        else
            sum = sum - (i << 2 & 0xff)
        end
    end
    return sum
end

local function strings()
    local words = {}
    for i = 1, 1000 do words[i] = "word" .. i end
    local text = table.concat(words, " ")
    local count = 0
    for word in text:gmatch("%a+") do count = count + #word end
    text = text:gsub("word", string.upper):rep(2):lower()
    return count + #text + #string.format("%s %d %g", text, count, 0.5)
end

local function tables()
    local points = {}
    for i = 1, 1000 do
        points[i] = { x = i * 7919 % 1000, y = i }
    end
    table.sort(points, function(a, b)
        if a.x ~= b.x then return a.x < b.x end
        return a.y < b.y
    end)
    local sum = 0
    for _, point in ipairs(points) do sum = sum + point.x * point.y end
    for key in pairs(points) do sum = sum - key end
    return sum
end

local function calls()
    local Counter = {}
    Counter.__index = Counter
    function Counter:add(n) self.total = self.total + n end
    local counter = setmetatable({ total = 0 }, Counter)
    for i = 1, 5000 do
        counter:add(i)
        pcall(counter.add, counter, -i)
    end
    local generate = coroutine.wrap(function()
        for i = 1, 2000 do coroutine.yield(i) end
    end)
    for i in generate do counter:add(i) end
    return counter.total
end

local function measure(name, f, argument)
    collectgarbage()
    bench.measure(name, function(count)
        for _ = 1, count do f(argument) end
    end)
end

measure("lua_fib", fib, 20)
measure("lua_loops", loops)
measure("lua_strings", strings)
measure("lua_tables", tables)
measure("lua_calls", calls)
assert(#ballast == 40000) -- alive to the end
