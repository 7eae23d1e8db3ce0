-- A chain of sleeps does not drift: how late they end is not added. A machine that is busy for longer than the clock
-- makes up for gets further tries.
local function drift()
    local start = plait.now()
    for _ = 1, 200 do sleep(0.001) end
    return math.abs(plait.now() - start - 0.2)
end

local function is_exact(tries)
    for _ = 1, tries do
        if drift() < 0.003 then return true end
    end
    return false
end

print(is_exact(10)) --> true
