-- An error in a process does not end the parent: exit code 1, and a report at the end if nobody received it.
--! status: 1
--! stderr: the child failed
local multiprocessing = require "plait.multiprocessing"

local p = multiprocessing.Process{target = function() error("the child failed") end}
p:start()
p:join()
print(p.exitcode) --> 1
print("the parent goes on") --> the parent goes on
