-- Cancelled in the middle of each operation, hundreds of times, at moments that differ: no descriptor is left.
local files = require "files"
local net = plait.net
local preset = os.getenv("PLAIT_PRESET")
local ROUNDS = (preset == "asan" or preset == "tsan") and 40 or 300
local temporary <close> = assert(plait.fs.temp_folder())
local much = ("x"):rep(1 << 21)

local function pair(listener)
    local near = assert(net.connect(listener.address))
    return near, assert(listener:accept())
end
local operations = {
    function(near, far, listener)
        local conn <close> = assert(net.connect(listener.address))
        local other <close> = assert(listener:accept())
        return other:read("a")
    end,
    function(near, far, listener) return listener:accept() end,
    function(near, far)
        far:write("one\ntwo")
        return near:read("l", "l", "l")
    end,
    function(near, far)
        far:write("one")
        return near:read_until("!")
    end,
    function(near) for _ in near:lines() do end end,
    function(near, far)
        async(near.write, near, much)
        for _ in far:lines(4096) do plait.yield() end
    end,
    function(near)
        async(near.write, near, much)
        plait.yield()
        return near:shutdown()
    end,
    function() return net.connect("127.0.0.1:1") end,
    function()
        local other <close> = assert(net.listen("localhost:0"))
        return other:accept()
    end,
}

local addresses = { "localhost:0", "unix:" .. temporary.path .. "/socket" }
local listeners, before = {}, nil
for i, address in ipairs(addresses) do
    listeners[i] = assert(net.listen(address))
    local near <close>, far = pair(listeners[i])
    near:read("a", { timeout = 0 })
    far:close()
end
before = files.count_open()
local ended = 0
for round = 1, ROUNDS do
    for i, operation in ipairs(operations) do
        local listener = listeners[(round + i) % 2 + 1]
        local near, far = pair(listener)
        local task = async(operation, near, far, listener)
        for _ = 1, (round * 7 + i) % 9 do plait.yield() end
        task:cancel()
        local ok, result = pcall(await, task)
        if not ok and plait.kind(result) ~= "cancelled" then print(i, result) end
        ended = ended + 1
        near:close()
        far:close()
        while true do -- who was cancelled has left its connection in the queue
            local conn = listener:accept(0)
            if not conn then break end
            conn:close()
        end
    end
end
print(ended == ROUNDS * #operations) --> true
collectgarbage()
collectgarbage()
print(files.wait_for_open(before)) --> true
