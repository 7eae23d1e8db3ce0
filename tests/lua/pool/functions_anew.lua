-- A function is what it is when it is given to the pool: variables that have changed since are seen; as long as it is the same, its
-- own variables live on in each worker.
local factor = 2
local function times(x) return x * factor end
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool <close> = plait.Pool(options)
    factor = 2
    local a = pool:map(times, { 1, 2 })
    factor = 10
    local b = pool:map(times, { 1, 2 })
    factor = 2
    print(plait.repr(a), plait.repr(b), plait.repr(pool:map(times, { 5 })))
end
local pool <close> = plait.Pool{ processes = 1 }
local calls = 0
local function count() calls = calls + 1 return calls end
print(plait.repr(pool:map(count, { 1, 2 }, { chunk = 1 })), await(pool:submit(count)), calls)
for i = 1, 300 do assert(await(pool:submit(function(x) return x + i end, i)) == 2 * i) end -- more than are remembered
--> [2, 4]	[10, 20]	[10]
--> [2, 4]	[10, 20]	[10]
--> [1, 2]	3	0
