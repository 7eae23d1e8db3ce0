-- A process has its own memory: it may write to what it captured and to globals, and nobody else sees it.
local counter, list = 1, {}
total = 10
print(await(spawn_process(function(arg)
    counter = counter + 1
    total = total + 1
    list[1] = "there"
    arg.n = arg.n + 1
    return counter, total, list[1], arg.n
end, {n = 1}))) --> 2	11	there	2
print(counter, total, list[1]) --> 1	10	nil
