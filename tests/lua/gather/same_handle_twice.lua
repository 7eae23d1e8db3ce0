-- A handle may be there twice, and be gathered again.
local h = async(function() return {} end)
local list = gather(h, h)
print(list[1] == list[2], gather(h)[1] == list[1]) --> true	true
