-- The main function of a state may wait where a task cannot.
local function work()
    local list = { 3, 1, 2 }
    table.sort(list, function(a, b) plait.yield() return a < b end)
    local s = ("abc"):gsub(".", function(c) sleep(0) return c:upper() end)
    local shown = tostring(setmetatable({}, { __tostring = function() return await(async(function() return "shown" end)) end }))
    return table.concat(list, " "), s, shown
end
print(work()) --> 1 2 3	ABC	shown
print(await(spawn_thread(work))) --> 1 2 3	ABC	shown
