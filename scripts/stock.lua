-- RLock: methods that lock may call methods that lock, for the strand that has the lock gets it again.

local lock = plait.RLock()
local stock = plait.Array("i32", 2) -- of two shops

local function put(shop, count)
    local _ <close> = lock:acquire()
    stock:add(shop, count)
end

local function take(shop, count)
    local _ <close> = lock:acquire()
    if stock[shop] < count then return false end
    stock:add(shop, -count)
    return true
end

-- As a whole: nobody sees goods that are in neither shop.
local function move(from, to, count)
    local _ <close> = lock:acquire()
    local is_there = take(from, count)
    if is_there then put(to, count) end
    return is_there
end

local function count_all()
    return lock:with(function() return stock[1] + stock[2] end)
end

local function carry(from, to)
    local moved = 0
    for i = 1, 300 do
        if move(from, to, i % 7) then moved = moved + 1 end
        assert(count_all() == 500)
    end
    return moved
end

put(1, 500)
gather(spawn_thread(carry, 1, 2), spawn_thread(carry, 2, 1), async(carry, 1, 2))
print(("%d in both shops together"):format(count_all()))
print(("move more than there is: %s"):format(move(1, 2, 1000)))
