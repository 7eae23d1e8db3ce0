-- Notified are those who have waited longest; notify wakes one, notify(n) n, notify_all all.
local cond = plait.Condition()
local woken
local function wait(i)
    local _ <close> = cond:acquire()
    cond:wait()
    woken[#woken + 1] = i
end
local function try(notify)
    woken = {}
    local tasks = {}
    for i = 1, 5 do tasks[i] = async(wait, i) end
    plait.yield()
    cond:with(notify)
    sleep(0.01)
    local first = table.concat(woken, " ")
    cond:with(cond.notify_all, cond)
    gather(tasks)
    print(first .. " | " .. table.concat(woken, " "))
end
try(function() cond:notify() end) --> 1 | 1 2 3 4 5
try(function() cond:notify(3) end) --> 1 2 3 | 1 2 3 4 5
try(function() cond:notify(0) end) -->  | 1 2 3 4 5
try(function() cond:notify(99) end) --> 1 2 3 4 5 | 1 2 3 4 5
try(function() cond:notify_all() end) --> 1 2 3 4 5 | 1 2 3 4 5
try(function() cond:notify() cond:notify() end) --> 1 2 | 1 2 3 4 5
