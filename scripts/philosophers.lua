-- Lock: five philosophers, five forks, and everybody needs two. If each took the left one first, all could wait for the
-- right one for ever. So everybody takes the fork with the lower number first: then the waiting has no circle.

local MEALS = 200
local names = { "Aspasia", "Diotima", "Hipparchia", "Hypatia", "Leontion" }

local forks = {}
for i = 1, #names do forks[i] = plait.Lock() end
local in_use = plait.Array("i8", #forks)

local function dine(seat)
    local left, right = seat, seat % #forks + 1
    local first, second = math.min(left, right), math.max(left, right)
    for _ = 1, MEALS do
        local _ <close> = forks[first]:acquire()
        local _ <close> = forks[second]:acquire()
        -- With a fork in each hand: nobody else may have one of them.
        assert(in_use:add(left, 1) == 1 and in_use:add(right, 1) == 1)
        in_use:add(left, -1)
        in_use:add(right, -1)
    end
    return MEALS
end

local philosophers = {}
for seat = 1, #names do philosophers[seat] = spawn_thread(dine, seat) end
for seat, meals in ipairs(gather(philosophers)) do
    print(("%-10s ate %d times"):format(names[seat], meals))
end
