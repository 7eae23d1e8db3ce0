-- Cancelled at any moment, and ended with the program: no descriptor is left, and no program.
require("plait.internal").set_haste(20)
local files = require "files"
local preset = os.getenv("PLAIT_PRESET")
local ROUNDS = (preset == "asan" or preset == "tsan") and 5 or 25

local commands = {
    "sleep 60",
    "while echo null >&3 && read x <&3; do echo $x >&3; done; sleep 60",
    "while :; do echo 1 >&3; done",
    "echo null >&3; sleep 60",
    "exec 3>&-; sleep 60",
    "exit 0",
}

local function cancel_one(command, moment)
    local ch = plait.Channel(2)
    ch:send("x")
    local h = spawn_process{ "sh", "-c", command, format = "json", channel = ch }
    for _ = 1, moment do plait.yield() end
    if moment > 10 then sleep(math.random() * 0.005) end
    h:cancel()
    pcall(await, h)
end

-- In a thread that ends.
local function in_thread()
    await(spawn_thread(function(ch)
        spawn_process{ "sh", "-c", "echo null >&3; read x <&3", format = "json", channel = ch, daemon = true }
        plait.yield()
    end, plait.Channel(1)))
end

-- A pool in a block that fails.
local function fail()
    local pool <close> = plait.Pool{ processes = 2, command = { "sh", "-c", "echo null >&3; read x <&3; sleep 60" }, format = "json" }
    plait.scope(function(s)
        s:async(pool.map, pool, { 1, 2, 3 })
        sleep(math.random() * 0.02)
        error("no luck", 0)
    end)
end

in_thread()
cancel_one(commands[1], 1)
pcall(spawn_process, { "/there/is/none", channel = plait.Channel(1) })
collectgarbage()
local before = files.count_open()
for moment = 1, ROUNDS do
    for _, command in ipairs(commands) do cancel_one(command, moment) end
    pcall(spawn_process, { "/there/is/none", channel = plait.Channel(1) })
end
collectgarbage()
collectgarbage()
print(files.wait_for_open(before), #plait.processes()) --> true	0
in_thread()
for _ = 1, 5 do assert(select(2, pcall(fail)) == "no luck") end
while #plait.processes() > 0 do plait.yield() end
collectgarbage()
collectgarbage()
print(files.wait_for_open(before)) --> true
