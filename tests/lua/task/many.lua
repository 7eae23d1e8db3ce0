-- Tens of thousands of tasks at once; each gets its own result.
local n = 20000
local tasks = {}
for i = 1, n do
    tasks[i] = async(function(k) plait.yield() return k end, i)
end
local sum = 0
for i = 1, n do
    local k = await(tasks[i])
    assert(k == i)
    sum = sum + k
end
print(sum == n * (n + 1) // 2) --> true
