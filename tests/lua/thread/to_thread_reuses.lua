-- to_thread reuses its threads, and a reused thread knows nothing of what ran there before.
local tids, count = {}, 0
for _ = 1, 50 do
    local handle = to_thread(function()
        local seen = rawget(_G, "left")
        load("left = true; string.left = true; package.loaded.left = true")()
        return seen == nil and package.loaded.left
    end)
    assert(await(handle) == true)
    if not tids[handle.tid] then count = count + 1 end
    tids[handle.tid] = true
end
print(count < 25) --> true
print(await(to_thread(function() return string.left, package.loaded.left end))) --> nil	nil
