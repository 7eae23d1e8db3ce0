-- Three stages, with rendezvous between them.
local numbers, squares = plait.Channel(), plait.Channel()
spawn_thread(function() for i = 1, 3 do numbers:send(i) end numbers:close() end)
spawn_thread(function() for n in numbers do squares:send(n * n) end squares:close() end)
local sum = 0
for n in squares do sum = sum + n end
assert(sum == 14)
