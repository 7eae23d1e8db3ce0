-- Any function may wait: the caller of a caller of sleep needs no mark.
local function deep(n)
    if n == 0 then sleep(0.001) return "bottom" end
    return (deep(n - 1))
end
print(deep(100)) --> bottom
print(await(async(deep, 100))) --> bottom
print(select(2, pcall(deep, 5))) --> bottom
