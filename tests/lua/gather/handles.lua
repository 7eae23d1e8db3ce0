-- gather of handles: the first results, in order of the arguments, with n.
local gates = { plait.Future(), plait.Future(), plait.Future() }
local function work(i) return await(gates[i]), "second result" end
local a, b, c = async(work, 1), async(work, 2), async(work, 3)
async(function() for i = 3, 1, -1 do gates[i]:resolve("r" .. i) plait.yield() end end)
local list = gather(a, b, c)
print(list.n, #list, list[1], list[2], list[3]) --> 3	3	r1	r2	r3
