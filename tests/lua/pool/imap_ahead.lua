-- At most `ahead` items are read before their results were taken, and as many are: whatever the source, in any order.
local pool <close> = plait.Pool(3)
local function source(kind, n, read)
    local i = 0
    local function next_item()
        i = i + 1
        if i > n then return nil end
        read[1] = read[1] + 1
        return i
    end
    if kind == "function" then return next_item end
    if kind == "waits" then return function() plait.yield() return next_item() end end
    return setmetatable({}, { __len = function() return n end, __index = function(_, k) return k end, __call = function() return next_item() end })
end
for _, kind in ipairs{ "function", "waits", "callable" } do
    for _, options in ipairs{ { ahead = 1 }, { ahead = 2 }, { ahead = 5 }, { ahead = 5, ordered = false }, { ahead = 6, chunk = 3 }, { ahead = 4, chunk = 3 } } do
        local read, taken, most, total = { 0 }, 0, 0, 0
        for v in pool:imap(function(x) return x end, source(kind, 40, read), options) do
            most = math.max(most, read[1] - taken)
            taken = taken + 1
            total = total + v
        end
        assert(most == options.ahead, ("%s: %d read ahead, not %d"):format(kind, most, options.ahead))
        assert(taken == 40 and total == 820 and read[1] == 40)
    end
end
print("exact") --> exact
