-- Other tasks run meanwhile, and are not concerned.
local turns = plait.Channel()
local other = async(function()
    for i = 1, 3 do turns:send(i) end
    return "other"
end)
print(plait.timeout(3600, function() return turns:recv() + turns:recv() end)) --> true	3
print(plait.timeout(0.001, sleep, 3600)) --> nil	timeout
print(turns:recv(), await(other)) --> 3	other
