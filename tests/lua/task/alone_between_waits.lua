-- Between two waits a task is alone, however long it computes.
local counter = 0
local function work()
    for _ = 1, 50 do
        local seen = counter
        for i = 1, 2000 do local _ = {} end
        counter = seen + 1
        plait.yield()
    end
end
gather(work, work, work, work)
print(counter) --> 200
