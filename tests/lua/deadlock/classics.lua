-- More that cannot go on, each in a program of its own: the report names every strand, its line and what it waits for.
local plait_program = arg[-1]
local function run(text)
    local name = os.tmpname()
    local file = io.open(name, "w")
    file:write(text)
    file:close()
    local pipe = io.popen(("%s %s 2>&1; echo status $?"):format(plait_program, name))
    local out = pipe:read("a")
    pipe:close()
    os.remove(name)
    local report, status = out:match("(deadlock: .-)\nstack traceback:.*status (%d+)\n$")
    if not report then report, status = out:match("(deadlock: .*)\nstatus (%d+)\n$") end
    if not report then report, status = out:match("plait: (.-)\n.*status (%d+)\n$") end
    print(status, (report:gsub(name:gsub("%p", "%%%0"), "x"):gsub("(%f[%a]%u%a+) %d+", "%1 N"):gsub("(thread) %d+", "%1 N")))
end

-- A pool that waits for its own workers, one of which waits for it.
run[[
local ch = plait.Channel()
local pool = plait.Pool{ threads = 1 }
pool:map(function(x) return ch:recv() end, { 1 })
]]
--> 70	deadlock: nothing can run any more
-->   the main script waits (pool) at x:3
-->   thread N 'pool worker' waits (recv) at x:3 for Channel N
-->     started at x:2

-- A condition that nobody notifies.
run[[
local cond = plait.Condition()
spawn_thread{ function(c) c:with(function() c:wait() end) end, cond, name = "sleeper" }
]]
--> 70	deadlock: nothing can run any more
-->   thread N 'sleeper' waits (condition) at x:2 for Condition N
-->     started at x:2

-- A barrier short of one.
run[[
local barrier = plait.Barrier(3)
spawn_thread{ function(b) b:wait() end, barrier, name = "first" }
barrier:wait()
]]
--> 70	deadlock: nothing can run any more
-->   the main script waits (barrier) at x:3 for Barrier N
-->   thread N 'first' waits (barrier) at x:2 for Barrier N
-->     started at x:2

-- A semaphore whose permits are all gone.
run[[
local sem = plait.Semaphore(1)
sem:acquire()
await(spawn_thread{ function(s) s:acquire() end, sem, name = "second" })
]]
--> 70	deadlock: nothing can run any more
-->   the main script waits (await) at x:3 for thread N 'second'
-->   thread N 'second' waits (semaphore) at x:3 for Semaphore N
-->     started at x:3

-- A rendezvous in which both send.
run[[
local ch = plait.Channel()
async{ function() ch:send(1) end, name = "left" }
ch:send(2)
]]
--> 70	deadlock: nothing can run any more
-->   the main script waits (send) at x:3 for Channel N
-->   task 1 'left' waits (send) at x:2 for Channel N
-->     started at x:2

-- A future that only the one who waits could resolve.
run[[
local future = plait.Future()
local waiter = async{ function() future:resolve(await(future)) end, name = "waiter" }
await(waiter)
]]
--> 70	deadlock: nothing can run any more
-->   the main script waits (await) at x:3 for task 1 'waiter'
-->   task 1 'waiter' waits (await) at x:2 for Future N
-->     started at x:2

-- A gather of the one that gathers.
run[[
local me
me = async{ function() gather(me, async(function() end)) end, name = "me" }
await(me)
]]
--> 70	x:2: a strand cannot wait for its own end

-- A ring of three, through threads.
run[[
local locks, all = { plait.Lock(), plait.Lock(), plait.Lock() }, plait.Barrier(3)
local threads = {}
for i = 1, 3 do
    threads[i] = spawn_thread{ function(a, b, all)
        local _ <close> = a:acquire()
        all:wait()
        local _ <close> = b:acquire()
    end, locks[i], locks[i % 3 + 1], all, name = "t" }
end
for i = 1, 3 do
    local ok, err = pcall(await, threads[i])
    if not ok then error(err, 0) end
end
]]
--> 70	deadlock: this wait would never end
-->   thread N 't' waits (lock) at x:7 for Lock N, held by thread N 't', acquired at x:5
-->   thread N 't' waits (lock) at x:7 for Lock N, held by thread N 't', acquired at x:5
-->   thread N 't' waits (lock) at x:7 for Lock N, held by thread N 't', acquired at x:5
-->   cycle: thread N 't' -> Lock N -> thread N 't' -> Lock N -> thread N 't' -> Lock N -> thread N 't'
