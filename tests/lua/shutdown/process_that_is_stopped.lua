-- A program ends in time though strands of it wait for a process that does not answer.
local program = [[
local reply = plait.Channel()
local child = spawn_process(function(reply)
    local ch = plait.Channel()
    reply:send(ch)
    sleep(3600)
end, reply)
local ch, gate = reply:recv(), plait.Channel()
async(ch.recv, ch)
async(plait.select, { ch, gate })
async{ ch.recv, ch, daemon = true }
sleep(0)
plait.yield()
child:kill("STOP")
]]
local function run(ending, limit)
    local p = spawn_process{ arg[-1], "-e", program .. ending, stderr = io.open("/dev/null", "w") }
    local ok, code = pcall(await, p, limit)
    p:kill()
    return ok, code
end

local slow = os.getenv("PLAIT_PRESET") == "asan" or os.getenv("PLAIT_PRESET") == "tsan"
local some = slow and 10 or 4
local ends = { async(run, "os.exit(3, true)", some), async(run, "os.exit(4)", some), async(run, "error('over')", 5 + some) }
for _, h in ipairs(ends) do print(await(h)) end
--> true	3
--> true	4
--> true	1
