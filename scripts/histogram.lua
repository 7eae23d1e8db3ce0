-- Array: threads and a process draw random numbers, and count them in bins they share. `add` is one step, so no count
-- is lost.

local BINS, SAMPLES, BAR = 12, 20000, 50

local bins = plait.Array("u32", BINS)

-- Sums of several random numbers lie on a bell.
local function sample(seed)
    math.randomseed(seed)
    for _ = 1, SAMPLES do
        local sum = 0
        for _ = 1, 3 do sum = sum + math.random() end
        bins:add(math.floor(sum / 3 * BINS) + 1, 1)
    end
end

gather(spawn_thread(sample, 1), spawn_thread(sample, 2), spawn_process(sample, 3))

local total, most = 0, 0
for _, count in ipairs(bins) do
    total = total + count
    most = math.max(most, count)
end
for i, count in ipairs(bins) do
    print(("%.2f %6d %s"):format((i - 0.5) / BINS, count, ("#"):rep(math.ceil(count * BAR / most))))
end
print(("%d numbers"):format(total))
