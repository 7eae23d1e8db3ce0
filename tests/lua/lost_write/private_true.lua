-- private = true: the copies are what is wanted; every write goes to them.
local counter, list = 1, {}
total = 10
local function helper() total = total + 1 end
print(await(spawn_thread{ function()
    counter = counter + 1
    table.insert(list, "mine")
    list.n = 5
    helper()
    return counter, list[1], list.n, total
end, private = true })) --> 2	mine	5	11
print(counter, #list, list.n, total) --> 1	0	nil	10
print(await(to_thread{ function() counter = counter + 1 return counter end, private = true }), counter) --> 2	1
