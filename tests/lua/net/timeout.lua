-- Time-outs in the middle of every operation: what has come stays, and the connection can be used on.
local net = plait.net
local listener <close> = assert(net.listen("localhost:0"))
print(listener:accept(0)) --> nil	timeout
print(listener:accept(0.01)) --> nil	timeout
print(listener:accept{ timeout = 0.01 }) --> nil	timeout
print(net.connect(listener.address, 0)) --> nil	timeout
local near <close> = assert(net.connect(listener.address, 10))
local far <close> = assert(listener:accept(10))
print(near:read("l", { timeout = 0.01 })) --> nil	timeout
far:write("half a ")
print(near:read("l", { timeout = 0.02 })) --> nil	timeout
print(near:read_until(".", 0.02)) --> nil	timeout
far:write("line\n")
print(near:read("l")) --> half a line
-- What was written before the time was over stays written.
local much = ("x"):rep(1 << 23)
print(near:write(much, { timeout = 0.02 })) --> nil	timeout
print(near:shutdown()) --> true
local got = far:read("a")
print(#got > 0, #got < #much, got == much:sub(1, #got)) --> true	true	true
-- Whoever is first in the queue of those that accept may give up.
local impatient, patient = async(listener.accept, listener, 0.01), async(listener.accept, listener)
print(await(impatient)) --> nil	timeout
local another <close> = assert(net.connect(listener.address))
print(await(patient):close()) --> true
