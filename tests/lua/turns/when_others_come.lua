-- A strand that blocks is told of when another one could run: a timer is due, or a thread has sent something. The same line is told of once.
-- ThreadSanitizer keeps a signal to itself until a system call has come back.
if os.getenv("PLAIT_PRESET") == "tsan" then
    print("told")
    return
end
local function check(got, wanted)
    if got ~= wanted then print(got, wanted) end
end
local function run(code)
    plait.fs.write("script.lua", code)
    return spawn_process{ arg[-1], "--stall", "0.1", "script.lua", stdin = "pipe", stderr = "pipe", stdout = "pipe" }
end
local function told(p)
    local line = p.stderr:read("l", "l", { timeout = 60 })
    return line and line:match(": (the main .*)") or "nothing"
end
local function finish(p, lines)
    p.stdin:write(lines)
    p.stdin:close()
    await(p)
    local rest, out = p.stderr:read("a"), p.stdout:read("a")
    if rest ~= "" then print(rest) end
    return out
end

-- The timer is due later than the stall watch looks for the first time.
local start = plait.now()
local p = run[[
async(function() sleep(0.4) end)
sleep(0)
io.read()
]]
check(told(p), "the main script blocks its thread in io.read (script.lua:3) while 1 other strand is ready")
check(plait.now() - start >= 0.4, true)
finish(p, "x\n")

-- A thread sends when it is told to, and the main script blocks already.
p = run[[
local ch = plait.Channel(1)
async(function() print(ch:recv()) end)
sleep(0)
local sender = spawn_thread(function() sleep(0.3) ch:send("sent") end)
io.read()
await(sender)
]]
check(told(p), "the main script blocks its thread in io.read (script.lua:5) while others are ready")
check(finish(p, "x\n"), "sent\n")

-- One line, many times; and another line. What is told first is read, and then comes the second.
p = run[[
for _ = 1, 5 do
    async(function() end)
    io.read()
    sleep(0)
end
async(function() end)
io.read()
]]
check(told(p), "the main script blocks its thread in io.read (script.lua:3) while 1 other strand is ready")
for _ = 1, 4 do
    p.stdin:write("x\n")
    -- It blocks for longer than the stall watch takes to see it.
    check(p.stderr:read("l", { timeout = 0.3 }), nil)
end
p.stdin:write("x\n")
check(told(p), "the main script blocks its thread in io.read (script.lua:7) while 1 other strand is ready")
finish(p, "x\n")
print("told") --> told
