-- A strand that awaits itself gets an error of kind "deadlock".
local h
h = async(function() return plait.kind(select(2, pcall(await, h))) end)
print(await(h)) --> deadlock
