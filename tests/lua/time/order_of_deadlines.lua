-- Timers fire by their deadlines, not by the order of creation.
local function work(name, s)
    sleep(s)
    print(name)
end
gather(async(work, "late", 0.06), async(work, "early", 0.01), async(work, "middle", 0.03))
--> early
--> middle
--> late
