-- s:close() leaves the scope before the end of its block.
local s <close> = plait.scope()
s:async(function() sleep(0.001) print("worked") end)
s:close()
print("left")
print(tostring(s))
--> worked
--> left
--> scope that was left
