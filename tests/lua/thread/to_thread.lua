-- to_thread gives the results and errors of a thread; any number of calls is served.
print(await(to_thread(function(...) return ... end, 1, nil, 3))) --> 1	nil	3
print(pcall(await, to_thread(error, "failed", 0))) --> false	failed
print(to_thread(function() end).kind) --> thread
local handles, sum = {}, 0
for i = 1, 200 do handles[i] = to_thread(function(n) return n end, i) end
for i = 1, 200 do sum = sum + await(handles[i]) end
print(sum) --> 20100
