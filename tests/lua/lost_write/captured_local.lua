-- The text of the contract: a thread that assigns a captured local is refused where it is started.
local counter = 0
local function increment()
    counter = counter + 1
end
local ok, err = pcall(function() spawn_thread(increment) end)
print(ok, plait.kind(err)) --> false	send
print(err)
--> captured_local.lua:6: cannot start thread: 'increment' (captured_local.lua:3) assigns captured local 'counter' (captured_local.lua:4)
-->   a thread gets a copy of 'counter', so this write would be lost
-->   use: local counter = plait.Value(0)  ...  counter:add(1)
print(counter) --> 0
