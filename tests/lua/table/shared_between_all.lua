-- No update is lost, whoever makes it: tasks, threads, processes, grandchildren.
local t = plait.Table{n = 0, list = {}}
local function count(name, times)
    for i = 1, times do
        plait.update(t, "n", function(n) return n + 1 end)
        plait.update(t.list, name, function(list) return (list or 0) + i end)
    end
end
local function in_child(...) await(spawn_process(...)) end
gather(async(count, "task", 500), async(count, "task 2", 500), spawn_thread(count, "thread", 500),
    spawn_thread(count, "thread 2", 500), spawn_process(count, "process", 100), spawn_process(count, "process 2", 100),
    spawn_process(in_child, count, "grandchild", 50))
print(t.n) --> 2250
print(t.list.task, t.list["thread 2"], t.list.process, t.list.grandchild) --> 125250	125250	5050	1275
