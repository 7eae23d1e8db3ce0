-- terminate() and kill() end a process; its death is no error then, and the exit code tells the signal.
local multiprocessing = require "plait.multiprocessing"

local function wait_for_ever(started)
    started:send(true)
    sleep(600)
end

for _, how in ipairs{"terminate", "kill"} do
    local started = plait.Channel(1)
    local p = multiprocessing.Process{target = wait_for_ever, args = {started}}
    p:start()
    started:recv()
    print(p.exitcode) --> nil
    --> -15
    --> nil
    --> -9
    p[how](p)
    p:join()
    print(p.exitcode)
    p[how](p)
end
print(#multiprocessing.active_children()) --> 0
