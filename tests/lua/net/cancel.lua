-- Connections whose strands are cancelled, or that nobody has any more: no descriptor is left.
local files = require "files"
local net = plait.net
local warm <close> = assert(net.listen("localhost:0"))
local full <close> = assert(net.listen("localhost:0", { backlog = 0 })) -- connections to it are not answered
local waiting = {}
while true do
    local conn, why = net.connect(full.address, 0.05)
    if not conn then
        print(conn, why) --> nil	timeout
        break
    end
    waiting[#waiting + 1] = conn
end
local much = ("x"):rep(1 << 23)
local function pair()
    local near = assert(net.connect(warm.address))
    return near, assert(warm:accept())
end
do -- makes what the runtime needs
    local near, far = pair()
    near:read("a", { timeout = 0 })
    near:close()
    far:close()
end
local before = files.count_open()
local operations = {
    function() return net.connect(full.address) end,
    function() return net.connect("localhost:" .. full.port) end,
    function() return warm:accept() end,
    function(near) return near:read("a") end,
    function(near) for _ in near:lines() do end end,
    function(near) return near:write(much) end,
    function(near, far)
        far:write("one\n")
        local conn <close> = near
        return near:read("l", "l")
    end,
    function(near)
        async(near.write, near, much)
        plait.yield()
        return near:shutdown()
    end,
}
for moment = 1, 6 do
    for _, operation in ipairs(operations) do
        local near, far = pair()
        local task = async(operation, near, far)
        for _ = 1, moment do plait.yield() end
        task:cancel()
        pcall(await, task)
        near:close()
        far:close()
    end
end
collectgarbage()
print(files.wait_for_open(before)) --> true
-- The same by time.
for _, operation in ipairs(operations) do
    local near, far = pair()
    pcall(plait.timeout, 0.01, operation, near, far)
    near:close()
    far:close()
end
print(files.wait_for_open(before)) --> true
-- Not closed: the collector does it.
for _ = 1, 50 do
    pair()
    assert(net.listen("localhost:0"))
end
collectgarbage()
collectgarbage()
print(files.wait_for_open(before)) --> true
-- A state that ends. What threads need is no socket.
before = files.count_open("socket")
for _ = 1, 5 do
    await(spawn_thread(function(open, full)
        local net = plait.net
        local listener = assert(net.listen("localhost:0"))
        local conn = assert(net.connect(open))
        async{ listener.accept, listener, daemon = true }
        async{ net.connect, full, daemon = true }
        async{ conn.read, conn, daemon = true }
        plait.yield()
    end, warm.address, full.address))
    warm:accept():close()
end
print(files.wait_for_open(before, "socket")) --> true
