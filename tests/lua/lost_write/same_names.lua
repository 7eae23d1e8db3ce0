-- A local or a parameter that has the name of a captured or global variable is the function's own.
local counter, list = 0, {}
total = 0
print(await(spawn_thread(function(list, total)
    local counter = counter
    counter = counter + 1
    list[1] = counter
    total = total + 1
    do local list = {} list[1] = "other" end
    return counter, list[1], total
end, {}, 5))) --> 1	1	6
print(counter, #list, total) --> 0	0	0
