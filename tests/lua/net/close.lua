-- Closing wakes whoever waits; what the other side does is seen here: its end, its reset.
local net = plait.net
local listener <close> = assert(net.listen("localhost:0"))
local function pair()
    local near = assert(net.connect(listener.address))
    return near, assert(listener:accept())
end
local much = ("x"):rep(1 << 23)
local near, far = pair()
local reader, second, writer = async(near.read, near, "l"), async(near.read, near, 1), async(near.write, near, much)
for _ = 1, 3 do plait.yield() end
near:close()
print(await(reader)) --> nil	closed
print(await(second)) --> nil	closed
print(await(writer)) --> nil	closed
far:close()
-- It ends: the rest is read, and the end is nil.
near, far = pair()
far:write("last")
far:close()
print(near:read("l")) --> last
print(near:read("l"), near:read("a") == "") --> nil	true
near:close()
-- It is reset: what was not read by the other side is told to this one.
near, far = pair()
near:write("one\ntwo\n")
print(far:read(1)) --> o
near:write("never read")
far:close()
local result, message, code = near:read("a")
print(result, message == near.peer .. ": Connection reset by peer", code) --> nil	true	104
near:close()
-- Several strands accept, and are served in their order; closing the listener wakes the rest.
local accepting = {}
for i = 1, 5 do accepting[i] = async(listener.accept, listener) end
plait.yield()
plait.yield()
for i = 1, 2 do
    local conn <close> = assert(net.connect(listener.address))
    local served <close> = await(accepting[i])
    print(served.peer == conn.address) --> true
    --> true
end
local loop = async(function()
    for _ in listener do end
    return "over"
end)
plait.yield()
plait.yield()
listener:close()
for i = 3, 5 do print(await(accepting[i])) end
--> nil	closed
--> nil	closed
--> nil	closed
print(await(loop)) --> over
