-- What a loser raises while it is being cancelled is not the race's result: it
-- is reported at the end, unless somebody receives it.
--! status: 1
--! stderr: race/error_of_a_loser.lua is not here
local loser = async(function()
    pcall(sleep, 60)
    error("race/error_of_a_loser.lua is not here", 0)
end)
plait.yield()
print(plait.race(loser, function() return "fine" end)) --> 2	fine
