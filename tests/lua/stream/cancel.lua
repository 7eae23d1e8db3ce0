-- Streams whose strands are cancelled, or that nobody has any more: no descriptor is left.
local files = require "files"
local function pair() return spawn_process{ "cat", stdin = "pipe", stdout = "pipe", stderr = "pipe" } end
plait.exec{ "cat", stdin = "x" } -- makes what the runtime needs
local much = ("x"):rep(1 << 20)
local operations = {
    function(p) p.stdout:read("a") end,
    function(p) p.stdout:read_until("y") end,
    function(p) for _ in p.stdout:lines() do end end,
    function(p) p.stdin:write(much) end,
    function(p) p.stderr:read(5) end,
    function(p)
        local out <close> = p.stdout
        p.stdin:write("x\n")
        out:read("l", "l")
    end,
}
local before = files.count_open()
for moment = 1, 8 do
    for _, operation in ipairs(operations) do
        local p = pair()
        local task = async(operation, p)
        for _ = 1, moment do plait.yield() end
        task:cancel()
        pcall(await, task)
        pcall(await, p:kill())
        for _, name in ipairs{ "stdin", "stdout", "stderr" } do p[name]:close() end
    end
end
print(files.wait_for_open(before)) --> true
-- Not closed: the collector does it.
for _ = 1, 20 do pcall(await, pair():kill()) end
collectgarbage()
collectgarbage()
print(files.wait_for_open(before)) --> true
