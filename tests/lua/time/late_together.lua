-- Strands that wake late, together, keep the order in which they were due: those that were late by more than the clock makes up for, too.
local COUNT = 80
local order = {}
local tasks = {}
for i = 1, COUNT do
    tasks[i] = async(function()
        sleep(0.01 + i * 0.001)
        sleep(0.05)
        order[#order + 1] = i
    end)
end
async(function() -- nobody else runs until all are due, the first by 80 ms
    local began = os.clock()
    while os.clock() - began < 0.1 do end
end)
for _, task in ipairs(tasks) do await(task) end
local is_sorted = true
for i = 2, COUNT do is_sorted = is_sorted and order[i - 1] < order[i] end
print(#order, is_sorted) --> 80	true
