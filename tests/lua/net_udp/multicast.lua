-- What is sent to a group is received by all who have joined it. A socket that is bound to an interface's address sends by it.
local net = plait.net
local a <close> = assert(net.udp("0.0.0.0:0", { reuse = true }))
local b <close> = assert(net.udp(a.address, { reuse = true }))
print(a:join("239.1.2.3", "lo") == a, b:join("239.1.2.3", "lo") == b) --> true	true
local sender <close> = assert(net.udp("127.0.0.1:0"))
sender:send("to the group", "239.1.2.3:" .. a.port)
print((a:receive(10)), (b:receive(10))) --> to the group	to the group
