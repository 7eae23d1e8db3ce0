-- First come, first served; nobody who comes later gets in between.
local sem, order = plait.Semaphore(1), {}
sem:acquire()
local tasks = {}
for i = 1, 3 do
    tasks[i] = async(function()
        sem:acquire()
        order[#order + 1] = i
        sem:release()
    end)
end
plait.yield()
sem:release()
print(sem:try()) --> nil
gather(tasks)
print(table.concat(order, " "), sem:free()) --> 1 2 3	1
