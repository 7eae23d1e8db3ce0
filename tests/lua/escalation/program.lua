-- A program that takes no notice of SIGTERM is killed, with all that is in its group; telling it again changes nothing.
require("plait.internal").set_haste(10)
local group = require "group"
local name, output <close> = group.pipe()
local program = group.shell(name, "trap '' TERM; echo ready; while :; do sleep 600; done")
print(output.line()) --> ready
local begin = plait.now()
program:cancel("enough"):cancel()
print(plait.timeout(0.05, await, program)) --> nil	timeout
program:cancel()
local ok, err = pcall(await, program)
print(ok, err.kind, err.message) --> false	cancelled	cancelled: the program was killed, as it had not ended by SIGTERM
print(err.signal, err.pid == program.pid, program.signal, program:status()) --> 9	true	9	cancelled
print(plait.now() - begin >= 0.5, #output.rest()) --> true	0
