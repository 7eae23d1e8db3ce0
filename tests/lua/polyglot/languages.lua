-- The examples in Python, Node and the shell: each number comes back with its square, once; several take from one channel.
local folder = os.getenv("SOURCE_DIR") .. "/scripts/polyglot/"
local preset = os.getenv("PLAIT_PRESET")
local COUNT = (preset == "asan" or preset == "tsan") and 2000 or 30000
local function has(program) return plait.exec{ "sh", "-c", "command -v " .. program }.code == 0 end

local function program(name, format, ...)
    local command, script = ...
    local jobs, results = plait.Channel(10), plait.Channel(10)
    local handles = {}
    for i = 1, 3 do handles[i] = spawn_process{ command, script, format = format, input = jobs, output = results } end
    async(function()
        for i = 1, COUNT do jobs:send(i) end
        jobs:close()
        gather(handles)
        results:close()
    end)
    local seen, n = {}, 0
    for pair in results do
        assert(not seen[pair[1]] and pair[2] == pair[1] * pair[1] and math.type(pair[2]) == "integer")
        seen[pair[1]] = true
        n = n + 1
    end
    assert(n == COUNT, name)
end

program("shell", "json", "sh", folder .. "squares.sh")
if has("python3") then
    program("python", "msgpack", "python3", folder .. "squares.py")
    program("python", "json", "python3", folder .. "squares.py")
end
if has("node") then program("node", "json", "node", folder .. "squares.js") end
-- One channel for both ways: what it sends may come back to it, so it says what is whose.
if has("python3") then
    local ch = plait.Channel(0)
    local script = [=[
import sys
sys.path.insert(0, sys.argv[1])
import plait_channel
channel = plait_channel.connect()
values = channel.recv()
assert values == [None, True, False, 1, -129, 70000, 1 << 40, -1 << 40, 1.5, "h\u00e9", b"\xff\x00", {"a": [1, {}.__len__()]}, "x" * 70000], values
channel.send({"values": values, "text": "y" * 300, "list": list(range(20)), "bytes": b"\xff", 5: [[]]})
]=]
    local h = spawn_process{ "python3", "-c", script, folder, channel = ch }
    ch:send{ nil, true, false, 1, -129, 70000, 1 << 40, -1 << 40, 1.5, "h\u{e9}", "\xff\0", { a = { 1, 0 } }, ("x"):rep(70000), n = 13 }
    local answer = ch:recv()
    assert(await(h) == 0 and answer.values.n == 13 and answer.values[1] == nil and answer.values[2] == true and answer.values[5] == -129)
    assert(answer.values[11] == "\xff\0" and #answer.text == 300 and answer.list[20] == 19 and answer.bytes == "\xff" and #answer[5] == 1)
end
print("done") --> done
local r = plait.exec{ os.getenv("PLAIT"), folder .. "main.lua", "100" }
print((r.stdout:match("[^\n]*"))) --> 100 squares, their sum is 338350
