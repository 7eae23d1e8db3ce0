-- spawn_process asks nothing: a process has its own memory. Tasks share everything.
local counter, list = 0, {}
total = 0
local function work()
    counter = counter + 1
    total = total + 1
    list[#list + 1] = counter
    table.insert(list, total)
    return counter, total, #list
end
print(await(spawn_process(work))) --> 1	1	2
print(counter, total, #list) --> 0	0	0
print(await(async(work))) --> 1	1	2
print(counter, total, #list) --> 1	1	2
