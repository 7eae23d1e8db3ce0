-- Handles come in the order in which they end, each with its index.
local list = {}
for i, seconds in ipairs{ 0.05, 0.01, 0.03 } do list[i] = async(sleep, seconds) end
for handle, i in plait.as_completed(list) do print(handle == list[i], i, handle:status()) end
--> true	2	done
--> true	3	done
--> true	1	done
