-- What has come before the time was over is read, although the state was busy until then; and a time-out of 0 looks each time.
local net = plait.net
local listener <close> = assert(net.listen("127.0.0.1:0"))
local near <close> = assert(net.connect(listener.address))
local far <close> = assert(listener:accept())

far:write("a")
print(near:read_some(100)) --> a
far:write("b")
local bytes
repeat bytes = near:read_some(100, 0) until bytes ~= nil
print(bytes) --> b
print(near:read_some(100, 0)) --> nil	timeout

-- The read waits when the bytes come, and its state hears of the time first.
local task = async(near.read, near, 3, { timeout = 0.01 })
for _ = 1, 3 do plait.yield() end
far:write("one")
local till = plait.now() + 0.02
while plait.now() < till do end
print(await(task)) --> one
