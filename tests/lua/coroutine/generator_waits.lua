-- A generator that waits suspends its task: the others run meanwhile.
local function numbers(gate)
    return coroutine.wrap(function()
        for i = 1, 3 do
            await(gate[i])
            coroutine.yield(i)
        end
    end)
end

local gate = {plait.Future(), plait.Future(), plait.Future()}
local task = async(function()
    local sum = 0
    for i in numbers(gate) do
        print("got", i)
        sum = sum + i
    end
    return sum
end)
for i = 1, 3 do
    plait.yield()
    print("open", i)
    gate[i]:resolve()
end
print(await(task))
--> open	1
--> got	1
--> open	2
--> got	2
--> open	3
--> got	3
--> 6

-- In the main strand the wait happens where it is.
async(function() print("meanwhile") end)
for i in coroutine.wrap(function() sleep(0) coroutine.yield("item") end) do print(i) end
--> meanwhile
--> item
