-- When the time is over the program is ended, with all that it has started, and by force if need be.
require("plait.internal").set_haste(20)
local group = require "group"
print(plait.exec{ "sleep", "600", timeout = 0.05 }) --> nil	timeout
print(plait.exec{ "cat", stdin = "x", timeout = 60 }.stdout) --> x
-- What it has started has the pipe open, and goes with it; the program takes no notice of SIGTERM.
local name, output <close> = group.pipe()
local script = ("exec 3>%s; trap '' TERM; (trap '' TERM; sleep 600) & echo ready >&3; while :; do sleep 600; done"):format(name)
local begin = plait.now()
local task = async(plait.exec, { "sh", "-c", script, timeout = 0.3 })
plait.yield() -- so it has begun
print(output.line()) --> ready
print(await(task)) --> nil	timeout
print(#output.rest(), plait.now() - begin < 5) --> 0	true
-- It has closed its outputs, and goes on.
print(plait.exec{ "sh", "-c", "exec >&- 2>&-; exec sleep 600", timeout = 0.05 }) --> nil	timeout
-- It reads nothing of what it is given.
print(plait.exec{ "sleep", "600", stdin = ("x"):rep(1000000), timeout = 0.05 }) --> nil	timeout
print(plait.exec{ "sleep", "600", timeout = 0 }) --> nil	timeout
print(#plait.processes()) --> 0
