-- A change of a list that is cancelled, in another process, is done as a whole or not at all.
local multiprocessing = require "plait.multiprocessing"
local l = multiprocessing.Manager():list{1, 2, 3, 4, 5}
await(spawn_process(function()
    for round = 1, 30 do
        local task = async(function()
            while true do l:insert(1, l:pop()) end
        end)
        for _ = 1, round do plait.yield() end
        if round % 3 == 0 then sleep(0.0005) end
        task:cancel()
        pcall(await, task)
        if #l == 4 then -- between pop and insert
            local missing = 15
            for _, n in ipairs(l) do missing = missing - n end
            l:append(missing)
        end
        local sorted = l:copy()
        table.sort(sorted)
        if table.concat(sorted, " ") ~= "1 2 3 4 5" then print("damaged", round, l) end
    end
end))
print(#l) --> 5
l:append(6) -- the lock is free
print(l:pop()) --> 6
