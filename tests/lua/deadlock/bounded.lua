-- A ring in which somebody waits with a time-out is not for ever: nobody is told, and the time-out ends it.
local a, b, both = plait.Lock(), plait.Lock(), plait.Barrier(2)
local function take(first, second, seconds)
    local _ <close> = first:acquire()
    both:wait()
    local got, why = second:acquire(seconds)
    if got then second:release() end
    return got ~= nil, why
end
local patient, hasty = async(take, a, b), async(take, b, a, 0.05)
print(await(hasty)) --> false	timeout
print(await(patient)) --> true	nil
patient, hasty = spawn_thread(take, a, b), spawn_thread(take, b, a, 0.05)
print(await(hasty)) --> false	timeout
print(await(patient)) --> true	nil

-- Nor one with a strand that was told to stop.
local x, y
x = async(function() await(y) end)
y = async(function() sleep(0.001) x:cancel() print(pcall(await, x)) end) --> false	cancelled
await(y)

-- Nor one with a thread or a process that was told, and has not heard it yet.
local lock = plait.Lock()
local function wanting(l) l:with(function() end) end
lock:with(function()
    for _ = 1, 20 do
        local thread = spawn_thread(wanting, lock)
        thread:cancel()
        assert(plait.kind(select(2, pcall(await, thread))) == "cancelled")
    end
    for how = 1, 2 do
        local ready = plait.Channel()
        local process = spawn_process(function(l, c) c:send(1) wanting(l) end, lock, ready)
        ready:recv()
        if how == 1 then process:cancel() else process:kill() end
        print(plait.kind(select(2, pcall(await, process))))
        --> cancelled
        --> died
    end
end)
