-- os.exit in a thread ends the process with its status; what others are told meanwhile is not an error of theirs.
local function work()
    local sleeper = spawn_thread(sleep, 60)
    spawn_thread(function()
        sleep(0.01)
        os.exit(3)
    end)
    await(sleeper)
end
if arg[1] then return work() end

for _ = 1, 5 do
    local out = io.popen(("%s %s child 2>&1"):format(arg[-1], arg[0]))
    local text = out:read("a")
    print(text, select(2, out:close()))
    local ok, err = pcall(await, spawn_process(work))
    print(err.kind, err.exitcode or err)
end
-->	exit	3
--> died	3
-->	exit	3
--> died	3
-->	exit	3
--> died	3
-->	exit	3
--> died	3
-->	exit	3
--> died	3
