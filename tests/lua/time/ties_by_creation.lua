-- Equal deadlines fire in the order of creation.
local order, tasks = {}, {}
for i = 1, 50 do
    tasks[i] = async(function() sleep(0.02) order[#order + 1] = i end)
end
gather(tasks)
local sorted = table.move(order, 1, #order, 1, {})
table.sort(sorted)
print(#order, table.concat(order, " ") == table.concat(sorted, " ")) --> 50	true
