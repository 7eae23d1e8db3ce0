-- Cancelling the handle of submit cancels its job: one that waits for a worker never begins, one that runs is cancelled in its
-- wait, cleans up, and its worker goes on. A reason travels.
for _, options in ipairs{ { threads = 1 }, { processes = 1 } } do
    local pool <close> = plait.Pool(options)
    local log = plait.Channel(math.huge)
    local running = pool:submit(function()
        local _ <close> = setmetatable({}, { __close = function() log:send("cleaned up") end })
        log:send("begun")
        sleep(3600)
    end)
    local waiting = pool:submit(function() log:send("never") end)
    print(log:recv(), running:status(), waiting:status(), running.kind)
    waiting:cancel("not needed")
    print(waiting:status(), pcall(await, waiting))
    running:cancel("enough")
    local ok, err = pcall(await, running)
    print(running:status(), plait.kind(err), err, err.reason, waiting:error().reason)
    print(log:recv(), #log, await(pool:submit(plait.repr, "next")))
    local done = pool:submit(math.abs, -1)
    print(await(done), done:cancel():status(), await(done))
end
--> begun	running	pending	task
--> cancelled	false	cancelled: not needed
--> cancelled	cancelled	cancelled: enough	enough	not needed
--> cleaned up	0	"next"
--> 1	done	1
--> begun	running	pending	task
--> cancelled	false	cancelled: not needed
--> cancelled	cancelled	cancelled: enough	enough	not needed
--> cleaned up	0	"next"
--> 1	done	1
