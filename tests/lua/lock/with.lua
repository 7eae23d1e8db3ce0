-- with runs f while the lock is held, passes arguments and results, and releases it whatever happens.
local lock = plait.Lock()
print(lock:with(function(...) sleep(0.001) return lock:locked(), ... end, 1, nil, 3)) --> true	1	nil	3
print(lock:locked()) --> false
print(pcall(lock.with, lock, function() sleep(0) error("no", 0) end)) --> false	no
print(lock:locked()) --> false
print(select(2, pcall(function() lock:with(1) end))) --> with.lua:7: with: argument 1 is 1 (a number), not a function
local order = {}
for i = 1, 3 do
    async(function() lock:with(function() order[#order + 1] = i; plait.yield() end) end)
end
sleep(0.01)
print(table.concat(order, " ")) --> 1 2 3
