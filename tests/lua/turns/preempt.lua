-- plait.preempt(true): strands that do not wait make way for others of their state,
-- the main one, tasks, and those in coroutines.
print(plait.preempt(), plait.preempt(true), plait.preempt()) --> false	false	true
local stop = false
local function spin() while not stop do local t = {} end return "stopped" end
local main_was_there = false
local one = async(spin)
local two = async(function() return coroutine.wrap(spin)() end)
local three = async(function() return select(2, pcall(spin)) end)
async(function()
    while not main_was_there do sleep(0.001) end
    stop = true
end)
sleep(0)
main_was_there = true
spin()
print(await(one), await(two), await(three)) --> stopped	stopped	stopped
print(plait.preempt(false), plait.preempt()) --> true	false
print(pcall(plait.preempt, 1))
--> false	bad argument #1 to 'plait.preempt' (boolean expected, got number)
--! options: --stall 0.1
