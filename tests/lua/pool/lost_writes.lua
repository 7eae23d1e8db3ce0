-- Jobs for threads are checked for lost writes, those for processes are not.
local total = 0
local function add(x) total = total + x return total end
do
    local pool <close> = plait.Pool(1)
    print(plait.kind(select(2, pcall(pool.map, pool, add, { 1 })))) --> send
end
local pool <close> = plait.Pool{ processes = 1 }
print(pool:map(add, { 5 })[1], total) --> 5	0
