-- Uncaught, the refusal ends the script: status 1, the text on the standard error, and nothing ran.
--! status: 1
--! stderr: uncaught.lua:14: cannot start thread: 'increment' (uncaught.lua:8) assigns captured local 'counter' (uncaught.lua:11)
--! stderr:   a thread gets a copy of 'counter', so this write would be lost
--! stderr:   use: local counter = plait.Value(7)  ...  counter:add(1)
local counter = 7

local function increment()
    print("never")
    for _ = 1, 10 do
        counter = counter + 1
    end
end
spawn_thread(increment)
