-- An uncaught error object with __tostring is reported with that text, also from a process.
--! status: 1
--! stderr: Failure: of a class
--! stderr: started at object_in_report.lua:6
local classes = require "classes"
await(spawn_process(classes.fail, "of a class"))
