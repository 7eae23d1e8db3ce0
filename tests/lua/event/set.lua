-- set wakes everybody who waits, and who comes until it is cleared; clear takes nothing back.
local event = plait.Event()
print(event:is_set(), event) --> false	Event 1 (not set)
local woken = {}
local tasks = {}
for i = 1, 3 do tasks[i] = async(function() if event:wait() == true then table.insert(woken, i) end end) end
plait.yield()
print(#woken) --> 0
print(event:set()) -->
event:clear() -- they are woken all the same
gather(tasks)
print(table.concat(woken, " "), event:is_set()) --> 1 2 3	false
event:set()
event:set()
print(event:is_set(), event:wait(), event:wait(0), event) --> true	true	true	Event 1 (set)
