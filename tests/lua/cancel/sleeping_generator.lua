-- A generator that sleeps suspends its task only: others run between its values.
local log = {}
local function numbers()
    for i = 1, 3 do
        sleep(0.002)
        coroutine.yield(i)
    end
end
local stop = false
async(function() while not stop do log[#log + 1] = "." sleep(0.0005) end end)
local h = async(function()
    local sum = 0
    for i in coroutine.wrap(numbers) do sum = sum + i end
    return sum
end)
print(await(h)) --> 6
stop = true
print(#log > 1) --> true
print(coroutine.wrap(function() return coroutine.wrap(function() sleep(0.001) return "deep" end)() end)()) --> deep
