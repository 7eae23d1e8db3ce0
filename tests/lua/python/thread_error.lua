-- join() does not raise the body's error, as in Python; the program reports it at its end and exits with 1.
--! status: 1
--! stderr: out of cheese
local threading = require "plait.threading"

local t = threading.Thread{target = function() error("out of cheese") end}
t:start()
print(t:join()) --> true
print(t:is_alive()) --> false
print("still here") --> still here
