-- Whatever can still be woken by somebody is left alone.
local channels, tasks, woken = {}, {}, 0
local function wait_for(ch)
    async(function()
        ch:recv()
        woken = woken + 1
    end)
end

local in_local = plait.Channel()
wait_for(in_local)
for i = 1, 3 do
    channels[i] = plait.Channel()
    wait_for(channels[i])
end
-- by a closure that is a field of a metatable
local object = setmetatable({}, { __index = { wake = (function()
    local ch = plait.Channel()
    wait_for(ch)
    return function() ch:send(1) end
end)() } })
-- by a coroutine that is suspended
local waker = coroutine.wrap(function()
    local ch = plait.Channel()
    wait_for(ch)
    coroutine.yield()
    ch:send(1)
end)
waker()
-- by the argument of a function that has not returned, and a vararg
local function with(...) return (...)() end
-- by a task that sleeps, one that is ready, one that has not begun
async(function()
    local ch = plait.Channel()
    wait_for(ch)
    sleep(0.3)
    ch:send(1)
end)
local late = async(function() sleep(0.2) end)
do
    local ch = plait.Channel()
    wait_for(ch)
    late:on_done(function() ch:send(1) end)
end
-- by a thread, a process, the program's own table
do
    local ch = plait.Channel()
    wait_for(ch)
    spawn_thread(function() sleep(0.2) ch:send(1) end)
    local other = plait.Channel()
    wait_for(other)
    spawn_process(function() sleep(0.2) other:send(1) end)
    local shared = plait.Channel()
    wait_for(shared)
    plait.shared.channel = shared
end
-- by its handle; by a finalizer; by its time-out, or that of what it is in
tasks[1] = async(function()
    local ok, err = pcall(function() plait.Channel():recv() end)
    woken = woken + 1
    error(err, 0)
end)
do
    local ch = plait.Channel(1)
    wait_for(ch)
    setmetatable({}, { __gc = function() ch:try_send(1) end })
end
async(function() print(plait.Event():wait(0.25)) end)
async(function() print(plait.timeout(0.25, function() plait.Event():wait() end)) end)
-- one of several that can be woken is enough
local one_of_several = plait.Event()
async(function()
    plait.select{ plait.Channel(), one_of_several, plait.Channel() }
    woken = woken + 1
end)
-- in a coroutine of its own: what it was called with is not what it waits for
local inner = plait.Channel()
async(function()
    local get = coroutine.wrap(function(_) return inner:recv() end)
    get(plait.Channel())
    woken = woken + 1
end)
-- a daemon is woken by the end of the program
async{ function()
    local c <close> = setmetatable({}, { __close = function() print("the end") end })
    plait.Event():wait()
end, daemon = true }

with(function(...)
    local ch = plait.Channel()
    wait_for(ch)
    sleep(0.05)
    for _ = 1, 3 do collectgarbage() end
    ch:send(1)
end)
in_local:send(1)
for i = 1, 3 do channels[i]:send(1) end
object.wake()
waker()
one_of_several:set()
inner:send(1)
tasks[1]:cancel()
sleep(0.5)
plait.shared.channel:send(1)
sleep(0.01)
print(woken)
--> nil	timeout
--> nil	timeout
--> 16
--> the end
