-- A cancelled process gets the error at its wait, and its clean-up runs; a program gets SIGTERM.
local running = plait.Channel()
local process = spawn_process(function()
    local guard <close> = setmetatable({}, {__close = function() print("closed") end})
    running:send(true)
    local ok, err = pcall(sleep, 60)
    print(ok, plait.kind(err), err.reason)
    sleep(60)
end)
running:recv()
process:cancel("enough")
print(plait.kind(select(2, pcall(await, process))), process:status())
--> false	cancelled	enough
--> closed
--> cancelled	cancelled
local program = spawn_process("sleep", "600")
program:cancel()
print((pcall(await, program)), program.signal) --> false	15
