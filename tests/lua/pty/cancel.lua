-- Cancelled at any moment, and closed while somebody waits: no descriptor is left, and no program.
require("plait.internal").set_haste(20)
local files = require "files"
local preset = os.getenv("PLAIT_PRESET")
local ROUNDS = (preset == "asan" or preset == "tsan") and 3 or 10
local much = ("x"):rep(1 << 18)

local operations = {
    start = function() await(spawn_process{ "cat", pty = true }) end,
    read = function(p) p.pty:read("a") end,
    until_never = function(p) p.pty:read_until("never") end,
    write = function(p) p.pty:write(much) end,
    both = function(p) gather{ async(p.pty.write, p.pty, much), async(p.pty.read, p.pty, "a") } end,
}

local function cancel_one(f, moment)
    local p = spawn_process{ "sh", "-c", "stty raw; sleep 600", pty = true }
    local task = async(f, p)
    for _ = 1, moment do plait.yield() end
    task:cancel()
    local ok, err = pcall(await, task)
    assert(ok or plait.kind(err) == "cancelled", tostring(err))
    p.pty:close()
    pcall(await, p)
end

cancel_one(operations.read, 3)
pcall(spawn_process, { "/there/is/none", pty = true })
collectgarbage()
local before = files.count_open()
collectgarbage("stop")
for _ = 1, 5 do
    pcall(spawn_process, { "/there/is/none", pty = true })
    pcall(spawn_process, { "true", pty = { cols = 0 } })
    pcall(spawn_process, { "true", pty = true, stdin = 1 })
    pcall(spawn_process, { "true", pty = true, stdout = "/there/is/none" })
    pcall(spawn_process, { "true", pty = true, stdin = "pipe", cwd = "/there/is/none" })
end
print(files.wait_for_open(before)) --> true
collectgarbage("restart")
for moment = 1, ROUNDS do
    for _, f in pairs(operations) do cancel_one(f, moment) end
end
for _, p in ipairs(plait.processes()) do
    p:cancel()
    pcall(await, p)
end
collectgarbage()
collectgarbage()
print(files.wait_for_open(before), #plait.processes()) --> true	0
-- Who reads is told when it is closed by another one, and when the time is over.
local p = spawn_process{ "cat", pty = true }
local reader = async(p.pty.read, p.pty, "a")
print(p.pty:read_until("x", 0.01)) --> nil	timeout
plait.yield()
p.pty:close()
print(await(reader)) --> nil	closed
print((pcall(await, p)), p.signal) --> false	1
