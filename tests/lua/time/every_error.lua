-- An error of f ends plait.every, and is its error.
local count = 0
local h = plait.every(0.001, function()
    count = count + 1
    if count == 3 then error("third", 0) end
end)
print(pcall(await, h)) --> false	third
print(count, h:status()) --> 3	failed
print((pcall(plait.every, 0, print)), (pcall(plait.every, -1, print))) --> false	false
