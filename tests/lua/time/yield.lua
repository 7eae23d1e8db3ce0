-- plait.yield lets every other strand that is ready run once.
local function work(name)
    for i = 1, 3 do print(name, i) plait.yield() end
end
gather(async(work, "a"), async(work, "b"))
--> a	1
--> b	1
--> a	2
--> b	2
--> a	3
--> b	3
print(select("#", plait.yield())) --> 0
