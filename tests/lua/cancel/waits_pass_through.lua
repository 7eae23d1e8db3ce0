-- Waits pass through pcall, xpcall, metamethods, iterators and generators of a task.
local gates
local function get(i) return await(gates[i]) end
local M = { __index = function(_, k) return get(k) end, __add = function() return get(2) end, __call = function() return get(3) end,
    __lt = function() return get(4) end, __concat = function() return get(5) end, __eq = function() return get(6) end,
    __newindex = function(_, _, v) return rawset(gates, 7, get(v)) end, __len = function() return get(8) end }
local t, u = setmetatable({}, M), setmetatable({}, M)
local function work()
    local function iterate(_, i) if i < 2 then return i + 1, get(9 + i) end end
    t.x = 7
    local list = { t[1], t + 1, t(), t < u, t .. "", t == u, gates[7], #t }
    for _, v in iterate, nil, 0 do list[#list + 1] = v end
    list[#list + 1] = select(2, pcall(get, 11))
    list[#list + 1] = select(2, xpcall(get, debug.traceback, 12))
    for v in coroutine.wrap(function() coroutine.yield(get(13)) end) do list[#list + 1] = v end
    for i, v in ipairs(list) do list[i] = tostring(v) end
    return table.concat(list, " ")
end
gates = {}
for i = 1, 13 do gates[i] = async(function() for _ = 1, 14 - i do plait.yield() end return i end) end
print(await(async(work))) --> 1 2 3 true 5 true 7 8 9 10 11 12 13
