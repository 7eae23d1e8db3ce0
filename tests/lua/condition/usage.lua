-- Wrong arguments are named.
print(select(2, pcall(function() plait.Condition(1) end))) --> usage.lua:2: Condition: argument 1 is 1 (a number), not a Lock or RLock
print(select(2, pcall(function() plait.Condition(plait.Value(1)) end))) --> usage.lua:3: Condition: argument 1 is a Value, not a Lock or RLock
local cond = plait.Condition()
cond:acquire()
print(select(2, pcall(function() cond:wait_for(1) end))) --> usage.lua:6: wait_for: argument 1 is 1 (a number), not a function
print(select(2, pcall(function() cond:notify(-1) end))) --> usage.lua:7: notify: the number of waits is -1, not a whole number from 0 to 2147483647
print(select(2, pcall(function() cond:notify("x") end))) --> usage.lua:8: notify: the number of waits is "x" (a string), not a whole number from 0 to 2147483647
print(select(2, pcall(function() cond.wait(1) end)):match("Condition expected")) --> Condition expected
cond:release()
