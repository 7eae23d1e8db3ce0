-- A Process has a pid and memory of its own; its exit code is that of Python: nil, 0, n, or -signal.
local multiprocessing = require "plait.multiprocessing"

local count = 0
local function body(answers)
    count = count + 1 -- the child's own
    answers:send(multiprocessing.current_process().pid)
    answers:send(count)
end

local answers = plait.Channel(2)
local p = multiprocessing.Process{target = body, args = {answers}}
print(p.name) --> Process-1
print(p.pid) --> nil
p:start()
print(answers:recv() == p.pid) --> true
print(answers:recv()) --> 1
print(p:join()) --> true
print(p.exitcode) --> 0
print(p:is_alive()) --> false
print(count) --> 0
print(multiprocessing.current_process().name) --> MainProcess

local leaver = multiprocessing.Process{target = function() os.exit(3) end}
leaver:start()
leaver:join()
print(leaver.exitcode) --> 3
local _, err = pcall(await, leaver.handle)
print(plait.kind(err)) --> died
