-- d:remaining() tells the seconds that are left, never less than 0.
local d <close> = plait.deadline(3600)
local left = d:remaining()
print(left > 3500 and left <= 3600) --> true
local e <close> = plait.deadline(math.huge)
print(e:remaining(), tostring(e)) --> inf	deadline of inf s at remaining.lua:5
pcall(function()
    local f <close> = plait.deadline(0)
    print(f:remaining()) --> 0.0
end)
