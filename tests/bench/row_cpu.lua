-- The same work twice, in turn and in two threads at once; run.lua divides.
--   cpu_one, cpu_two        arithmetic
--   memory_one, memory_two  tables and strings, which the allocator feels
-- floor.c has the same two functions.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("spawn_thread") then return end

local function burn_numbers(count)
    local x = 1
    for _ = 1, count * 1000 do
        x = (x * 1103515245 + 12345) & 0x7fffffff
    end
    return x
end

local function burn_memory(count)
    local size = 0
    for i = 1, count * 100 do
        local t = {i, {i}, tostring(i)}
        size = size + #t
    end
    return size
end

-- In turn means in a thread as well, so that both ways differ in nothing but
-- the number of threads that run at a time.
local function in_turn(burn)
    return function(count)
        spawn_thread(burn, count):join()
        spawn_thread(burn, count):join()
    end
end

local function at_once(burn)
    return function(count)
        local first = spawn_thread(burn, count)
        local second = spawn_thread(burn, count)
        first:join()
        second:join()
    end
end

bench.measure("cpu_one", in_turn(burn_numbers))
bench.measure("cpu_two", at_once(burn_numbers))
bench.measure("memory_one", in_turn(burn_memory))
bench.measure("memory_two", at_once(burn_memory))
