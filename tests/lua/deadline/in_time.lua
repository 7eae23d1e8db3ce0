-- A block that ends in time is left as if there were no deadline.
local function f()
    local d <close> = plait.deadline(3600)
    sleep(0.001)
    return "in time"
end
print(f()) --> in time
do local d <close> = plait.deadline(0.3) end
sleep(0.35) -- the deadline is gone
print("behind") --> behind
