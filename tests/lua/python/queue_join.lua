-- join waits until task_done was called for every item that was put; a put that fails does not count.
local queue = require "plait.queue"
local function kind(...) return plait.kind(select(2, pcall(...))) end

local q = queue.Queue(3)
q:join()
print(pcall(q.task_done, q)) --> false	task_done: called more often than there were items
local done = plait.Value(0)
local function work()
    while true do
        local item = q:get()
        if item == nil then return q:task_done() end
        plait.yield()
        done:add(1)
        q:task_done()
    end
end
local workers = {async(work), spawn_thread(work), spawn_process(work)}
for round = 1, 20 do
    for i = 1, 10 do q:put(i) end
    q:join()
    if done.value ~= 10 * round then print("joined too early", round, done.value) end
end
for _ = 1, 3 do q:put(nil) end
q:join()
gather(workers)
print(done.value) --> 200

for i = 1, 3 do q:put(i) end
print(kind(q.put_nowait, q, 4), kind(q.put, q, 4, true, 0.005)) --> full	full
local putting = async(q.put, q, 4)
local elsewhere = spawn_process(function()
    local task = async(function() q:put(4) end)
    plait.yield()
    task:cancel()
    return plait.kind(select(2, pcall(await, task)))
end)
plait.yield()
putting:cancel()
print(plait.kind(select(2, pcall(await, putting))), await(elsewhere)) --> cancelled	cancelled
local joined = async(q.join, q)
for _ = 1, 3 do
    print(joined:done(), q:get())
    q:task_done()
end
--> false	1
--> false	2
--> false	3
await(joined)
print(q.unfinished.value) --> 0
