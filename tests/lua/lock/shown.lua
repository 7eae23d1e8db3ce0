-- tostring tells who has a lock, and where it was acquired.
local function show(lock) print((tostring(lock):gsub("^(%a+) %d+", "%1 N"))) end

local lock = plait.Lock()
show(lock) --> Lock N (free)
lock:acquire()
show(lock) --> Lock N (held by the main strand, acquired at shown.lua:6)
lock:release()
show(lock) --> Lock N (free)
lock:with(function() show(lock) end) --> Lock N (held by the main strand, acquired at shown.lua:10)

local again = plait.RLock()
again:try()
again:acquire()
show(again) --> RLock N (held by the main strand, acquired at shown.lua:14)
again:release()
again:release()

-- A task, with its name; one that waited tells its own line.
local ready, done = plait.Channel(), plait.Channel()
local function hold()
    local _ <close> = lock:acquire()
    ready:send(1)
    done:recv()
end
local reader = async{ hold, name = "reader" }
local writer = async(hold)
ready:recv()
print(tostring(lock):match("held.*") == "held by task " .. reader.id .. " 'reader', acquired at shown.lua:22)") --> true
done:send(1)
ready:recv()
print(tostring(lock):match("held.*") == "held by task " .. writer.id .. ", acquired at shown.lua:22)") --> true
done:send(1)
await(writer)

-- A thread, and a task in it.
local thread = spawn_thread(function()
    lock:acquire()
    ready:send(1)
    done:recv()
    lock:release()
    local task = async(function() lock:acquire() ready:send(1) done:recv() lock:release() end)
    await(task)
    return task.id
end)
ready:recv()
local of_thread = tostring(lock):match("held.*")
done:send(1)
ready:recv()
local of_task = tostring(lock):match("held.*")
done:send(1)
local id = await(thread)
print(of_thread == "held by thread " .. thread.id .. ", acquired at shown.lua:38)") --> true
print(of_task == ("held by task %d of thread %d, acquired at shown.lua:42)"):format(id, thread.id)) --> true

-- A process, and a task in it.
local child = spawn_process(function()
    lock:acquire()
    ready:send(tostring(lock):match("%(.*"))
    done:recv()
    lock:release()
    await(async(function() lock:acquire() ready:send(1) done:recv() lock:release() end))
end)
print(ready:recv()) --> (of another process)
print(tostring(lock):match("held.*") == "held by the main strand of process " .. child.pid .. ", acquired at shown.lua:58)") --> true
done:send(1)
ready:recv()
print(tostring(lock):match("held by task %d+ of process ") == nil, tostring(lock):match("shown.lua:%d+")) --> false	shown.lua:62
done:send(1)
await(child)

-- Abandoned.
await(async(function() lock:acquire() end))
show(lock) --> Lock N (abandoned)
show(lock:recover()) --> Lock N (free)
