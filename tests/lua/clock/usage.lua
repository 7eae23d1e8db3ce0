-- What is wrong is said.
local start = require "plait.test.clock".start
local clock = start()
local function try(...) print((select(2, pcall(...)).message:gsub("^.-: ", "", 1))) end
try(start) --> the clock is virtual already
try(clock.advance, clock, -1) --> clock:advance: argument 1 is -1 (a number), not a number of seconds from 0 on
try(clock.advance, clock, "x") --> clock:advance: argument 1 is "x" (a string), not a number of seconds from 0 on
try(clock.now) --> a method of the clock is called with ':'
clock:stop()
clock:stop()
try(clock.settle, clock) --> the clock is not virtual
