-- Each thread requires a module for itself: its variables are the thread's own.
local counted = require "counted"
counted.add(5)
local function body() return require("counted").add(1), counted.add(1) end
print(await(spawn_thread(body))) --> 1	2
print(await(spawn_process(body))) --> 1	2
print(counted.add(1)) --> 6
