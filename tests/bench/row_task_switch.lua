-- Two tasks let each other run, again and again: one switch for each yield.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("async", "await", "yield") then return end

local yield = plait.yield

local function take_turns(count)
    for _ = 1, count do yield() end
end

bench.measure("task_switch", function(count)
    local first = async(take_turns, count)
    local second = async(take_turns, count)
    await(first)
    await(second)
end, 2)
