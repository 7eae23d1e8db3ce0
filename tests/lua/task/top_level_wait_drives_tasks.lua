-- A wait at the top level drives the state's tasks until it is over.
local log = {}
local function worker(name)
    for i = 1, 2 do log[#log + 1] = name .. i plait.yield() end
    return name
end
local a = async(worker, "a")
async(worker, "b")
print(await(a), table.concat(log, " ")) --> a	a1 b1 a2 b2
