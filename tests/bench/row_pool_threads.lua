-- A pool of two threads maps a list of 10 000 numbers to their squares; the
-- figure is for one number.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("Pool") then return end

local ITEMS = 10000

local function square(x) return x * x end

local items = {}
for i = 1, ITEMS do items[i] = i end

local pool <close> = plait.Pool { threads = 2 }

bench.measure("pool_threads", function(count)
    for _ = 1, count do
        local squares = pool:map(square, items)
        assert(squares[ITEMS] == ITEMS * ITEMS)
    end
end, ITEMS)
