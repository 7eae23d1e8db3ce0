-- results[i] = x into a captured table is refused.
local results = {}
local function work(i)
    results[i] = i * i
end
local ok, err = pcall(function() spawn_thread(work, 1) end)
print(ok, plait.kind(err)) --> false	send
print(err)
--> results_index.lua:6: cannot start thread: 'work' (results_index.lua:3) writes to captured table 'results' (results_index.lua:4)
-->   a thread gets a copy of 'results', so this write would be lost
-->   use: return what belongs into 'results' and take it from await, or send it through a plait.Channel()
print(#results) --> 0
