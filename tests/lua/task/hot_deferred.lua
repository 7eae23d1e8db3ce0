-- A task runs when its creator next waits, in the order of creation.
local tasks = {}
for i = 1, 3 do tasks[i] = async(function() print("task", i) end) end
print("created", tasks[1]:status())
plait.yield()
print("waited", tasks[3]:status())
--> created	pending
--> task	1
--> task	2
--> task	3
--> waited	done
