-- Several tasks use one pool at the same time; each gets its own results.
local pool <close> = plait.Pool(2)
local function run(k)
    local list = {}
    for i = 1, 30 do list[i] = i end
    local results = pool:map(function(x) return x * 10 end, list, { chunk = k })
    for i = 1, 30 do assert(results[i] == i * 10) end
    return k
end
print(table.concat(gather(async(run, 1), async(run, 4), async(run, 30)), " ")) --> 1 4 30
