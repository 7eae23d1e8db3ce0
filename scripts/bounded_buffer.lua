-- Condition: a buffer of four places between producers and consumers. Who finds it full, or empty, waits until another
-- strand says that this has changed. (A Channel is such a buffer; this is how one would be made.)

local PLACES, ITEMS = 4, 30

local places = plait.Array("i32", PLACES)
local used = plait.Value(0) -- places in use
local taken = plait.Value(0) -- items that were taken out, so where the next one is

local lock = plait.Lock()
local not_full, not_empty = plait.Condition(lock), plait.Condition(lock)

local function put(item)
    local _ <close> = lock:acquire()
    not_full:wait_for(function() return used.value < PLACES end)
    places[(taken.value + used.value) % PLACES + 1] = item
    used:add(1)
    not_empty:notify()
end

local function take()
    local _ <close> = lock:acquire()
    not_empty:wait_for(function() return used.value > 0 end)
    local item = places[taken.value % PLACES + 1]
    taken:add(1)
    used:add(-1)
    not_full:notify()
    return item
end

local function produce(from)
    for i = from, from + ITEMS - 1 do put(i) end
end

local function consume(count)
    local sum = 0
    for _ = 1, count do sum = sum + take() end
    return sum
end

local consumers = { spawn_thread(consume, ITEMS), spawn_process(consume, ITEMS) }
gather(async(produce, 1), spawn_thread(produce, ITEMS + 1))
local sums = gather(consumers)
print(("%d items, sum %d, %d left"):format(taken.value, sums[1] + sums[2], used.value))
