-- The index and all results of the first to end, in both forms; functions are
-- started as tasks.
local function after(seconds, ...)
    sleep(seconds)
    return ...
end
print(plait.race(async(after, 5, "late"), async(after, 0.01, "first", nil, 3))) --> 2	first	nil	3
print(plait.race{ function() sleep(5) end, function() return "at once" end }) --> 2	at once
print(plait.race(async(after, 0, 1))) --> 1	1
