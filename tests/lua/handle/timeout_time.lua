-- A time-out comes after its time, not before, and the handle can end first.
local never = plait.Future()
local start = plait.now()
print(await(never, 0.03)) --> nil	timeout
local took = plait.now() - start
print(took >= 0.03, took < 5) --> true	true
start = plait.now()
print(await(async(function() return "at once" end), 60)) --> at once
print(plait.now() - start < 30) --> true
for _, bad in ipairs{ -1, 0 / 0, "soon" } do print((pcall(await, never, bad))) end
--> false
--> false
--> false
