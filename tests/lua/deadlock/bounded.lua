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
