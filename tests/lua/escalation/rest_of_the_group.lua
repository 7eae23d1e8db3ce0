-- When a program that was cancelled has ended, what is left of its group is killed, though it takes no notice of SIGTERM.
local group = require "group"
local name, output <close> = group.pipe()
local program = group.shell(name, "(trap '' TERM; echo ready; exec sleep 600) & wait")
print(output.line()) --> ready
program:cancel()
local ok, err = pcall(await, program)
print(ok, err.kind, err.message, err.signal) --> false	cancelled	cancelled: the program was ended	15
print(#output.rest()) --> 0
