-- queue.PriorityQueue: the smallest first: numbers, strings, lists element by element; equal ones by age.
local queue = require "plait.queue"
local asyncio = require "plait.asyncio"
local function all(q)
    local list = {}
    while not q:empty() do list[#list + 1] = plait.repr(q:get()) end
    return table.concat(list, " ")
end

local q = queue.PriorityQueue()
for _, n in ipairs{3, -1, 2.5, 1 << 53, (1 << 53) + 1, -7.25, 0, math.huge} do q:put(n) end
print(all(q)) --> -7.25 -1 0 2.5 3 9007199254740992 9007199254740993 inf
for _, s in ipairs{"pear", "apple", "", "app"} do q:put(s) end
print(all(q)) --> "" "app" "apple" "pear"
local tasks = {{2, "code"}, {1, "eat"}, {3, "sleep"}, {1, "drink"}, {2}, {1, "eat", function() end}, {1.5, true}, {1.5, false}, {-0.5}}
for _, task in ipairs(tasks) do q:put(task) end
local order = {}
while not q:empty() do
    local task = q:get()
    order[#order + 1] = task[1] .. tostring(task[2])
end
print(table.concat(order, " ")) --> -0.5nil 1drink 1eat 1eat 1.5false 1.5true 2nil 2code 3sleep
for i, job in ipairs{{1, {}, "first"}, {1, {}, "second"}, {0, {}, "zeroth"}} do q:put(job) end
print(q:get()[3], q:get()[3], q:get()[3]) --> zeroth	first	second
for _, s in ipairs{{"a\0b"}, {"a"}, {"a\0"}, {"a", "b"}} do q:put(s) end
print(all(q)) --> ["a"] ["a", "b"] ["a\x00"] ["a\x00b"]

-- Between strands of all kinds, and joined.
local jobs, done = queue.PriorityQueue(4), plait.Channel(math.huge)
local function work()
    while true do
        local job = jobs:get()
        if job[1] == math.huge then return jobs:task_done() end
        done:send(job[2])
        jobs:task_done()
    end
end
local workers = {async(work), spawn_thread(work), spawn_process(work)}
for i = 1, 60 do jobs:put{i % 7, i} end
for _ = 1, 3 do jobs:put{math.huge} end
jobs:join()
gather(workers)
local sum = 0
for _ = 1, 60 do sum = sum + done:recv() end
print(sum, #done, jobs:qsize()) --> 1830	0	0

local function message(...) return select(2, pcall(...)) end
print(message(q.put, q, {{}})) --> PriorityQueue: an item is a number, a string or a list that begins with one, such as {2, "name"}
print(message(q.put, q, nil)) --> PriorityQueue: an item is a number, a string or a list that begins with one, such as {2, "name"}
print(message(q.put, q, 0 / 0)) --> priority_queue.lua:47: put: nan has no place in an order
print(queue.PriorityQueue == asyncio.PriorityQueue) --> true
