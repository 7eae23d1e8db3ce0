-- Assigning a global is refused; the hint names plait.shared.
counter = 0
function increment()
    counter = counter + 1
end
local ok, err = pcall(function() spawn_thread(increment) end)
print(ok, plait.kind(err)) --> false	send
print(err)
--> global.lua:6: cannot start thread: 'increment' (global.lua:3) assigns global 'counter' (global.lua:4)
-->   a thread gets a copy of 'counter', so this write would be lost
-->   use: plait.shared.counter
local function first()
    fresh = 1
end
print((tostring(select(2, pcall(function() spawn_thread(first) end))):match("^[^\n]*")))
--> global.lua:15: cannot start thread: 'first' (global.lua:12) assigns global 'fresh' (global.lua:13)
