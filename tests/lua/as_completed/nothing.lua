-- An empty list is a loop without a round; the same handle twice comes twice.
for _ in plait.as_completed({}) do print("never") end
local h = async(function() end)
for handle, i in plait.as_completed{ h, h } do print(handle == h, i) end
--> true	1
--> true	2
