-- Who has a lock is named wherever it lives, and whichever process the owner and those who wait are in.
local children = {}
local function start(name, f, ...)
    local child = spawn_process{ f, name = name, ... }
    children[#children + 1] = child
    return child
end
local function report()
    local ok, err = pcall(function() plait.Event():wait() end)
    assert(not ok and plait.kind(err) == "deadlock", err)
    for line in err.message:gmatch("\n  (%S[^\n]*)") do
        if line:find(", held by", 1, true) then
            print((line:gsub("process %d+ '(.-)'", "%1"):gsub("process %d+", "process N"):gsub("(%u%a+) %d+", "%1")))
        end
    end
    for _, child in ipairs(children) do child:cancel() end
    for _, child in ipairs(children) do pcall(await, child) end
    children = {}
end
local function acquire(lock) lock:acquire() end
local function have(lock, ready)
    lock:acquire()
    ready:send(true)
    plait.Event():wait()
end
local ready = plait.Channel()

-- Had here, wanted by the main strand and a task of a child.
local lock = plait.Lock()
lock:acquire()
start("child", function(l)
    async{ function() l:acquire() end, name = "inside" }
    l:acquire()
end, lock)
report()
--> child waits (lock) at processes_locks.lua:33 for Lock, held by the main script, acquired at processes_locks.lua:30
--> task 1 'inside' of process N waits (lock) at processes_locks.lua:32 for Lock, held by the main script, acquired at processes_locks.lua:30
lock:release()

-- Had by a child, wanted here and by another one.
start("owner", have, lock, ready)
ready:recv()
start("other", acquire, lock)
local task = async{ acquire, lock, name = "here" }
report()
--> task 1 'here' waits (lock) at processes_locks.lua:20 for Lock, held by owner, acquired at processes_locks.lua:22
--> other waits (lock) at processes_locks.lua:20 for Lock, held by owner, acquired at processes_locks.lua:22
print(plait.kind(select(2, pcall(await, task)))) --> abandoned

-- It lives in the child, which has it, in a task of a child of its own.
local function family(f, ready)
    local made = plait.Lock()
    ready:send(made)
    await(spawn_process{ function(have, l, r) await(async{ have, l, r, name = "deep" }) end, f, made, ready, name = "grandchild" })
end
start("home", family, have, ready)
lock = ready:recv()
ready:recv()
task = async{ acquire, lock, name = "here" }
report()
--> task 2 'here' waits (lock) at processes_locks.lua:20 for Lock, held by task 1 'deep' of process N, acquired at processes_locks.lua:22
print(plait.kind(select(2, pcall(await, task)))) --> abandoned

-- It lives in a child, and is had here: wanted at home, and by another child.
local go = plait.Event()
start("home", function(r, e)
    local made = plait.Lock()
    r:send(made)
    e:wait()
    made:acquire()
end, ready, go)
lock = ready:recv()
lock:acquire()
go:set()
start("other", acquire, lock)
report()
--> home waits (lock) at processes_locks.lua:70 for Lock, held by the main script, acquired at processes_locks.lua:73
--> other waits (lock) at processes_locks.lua:20 for Lock, held by the main script, acquired at processes_locks.lua:73

-- A child was notified, and wants the lock of the condition.
local condition = plait.Condition()
start("notified", function(c, r) c:with(function() r:send(true) c:wait() end) end, condition, ready)
ready:recv()
condition:acquire()
condition:notify()
report()
--> notified waits (condition) at processes_locks.lua:82 for Condition, held by the main script, acquired at processes_locks.lua:84
condition:release()
