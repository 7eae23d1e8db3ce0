-- TERM and HUP end a process that runs a function after its clean-up, and it dies of the signal.
local log, started = plait.Channel(math.huge), plait.Channel(math.huge)
for _, name in ipairs{ "TERM", "HUP" } do
    local process = spawn_process(function()
        local guard <close> = setmetatable({}, { __close = function() log:send("closed") end })
        spawn_thread(function()
            local inner <close> = setmetatable({}, { __close = function() log:send("closed in a thread") end })
            started:send(true)
            sleep(600)
        end)
        started:send(true)
        sleep(600)
    end)
    print(started:recv() and started:recv())
    process:kill(name)
    local ok, err = pcall(await, process)
    print(ok, plait.kind(err), err.signal, process.signal, process.exitcode)
    local seen = { log:recv(), log:recv() }
    table.sort(seen)
    print(seen[1], seen[2], #log)
end
--> true
--> false	died	15	15	nil
--> closed	closed in a thread	0
--> true
--> false	died	1	1	nil
--> closed	closed in a thread	0
-- INT from the terminal is the parent's affair.
local process = spawn_process(function() started:send(true) return log:recv() end)
started:recv()
process:kill("INT")
log:send("went on")
print(await(process)) --> went on
