-- Unix sockets: the file is there as long as somebody listens, with the permissions that were asked for; one that a process has
-- left behind is replaced, one to which somebody listens is not, nor what is no socket.
local net, fs = plait.net, plait.fs
local temporary <close> = assert(fs.temp_folder())
local folder = temporary.path
local path = folder .. "/socket"
local function plain(...) -- without the folder, which is a random name
    local list = table.pack(...)
    for i = 1, list.n do list[i] = type(list[i]) == "string" and list[i]:gsub("/tmp/[%w-]*", "/tmp") or list[i] end
    return table.unpack(list, 1, list.n)
end
do
    local listener <close> = assert(net.listen("unix:" .. path, { mode = "600" }))
    print(plain(listener.address, listener.port)) --> unix:/tmp/socket	nil
    print(fs.stat(path).type, ("%o"):format(fs.stat(path).mode & 511)) --> socket	600
    local far = async(listener.accept, listener)
    local near <close> = assert(net.connect{ path = path })
    local far <close> = await(far)
    print(plain(near.peer, near.address, far.address, far.peer)) --> unix:/tmp/socket	unix:	unix:/tmp/socket	unix:
    print(plain(tostring(near), tostring(far))) --> stream (unix:/tmp/socket)	stream (unix:/tmp/socket)
    far:write("hello\n")
    print(near:read("l")) --> hello
    print(plain(net.listen{ path = path })) --> nil	unix:/tmp/socket: Address already in use	98
end
print(fs.exists(path)) --> false
-- Left behind by a program that was killed.
local program = "local l = assert(plait.net.listen('unix:" .. path .. "')) print('ready') io.flush() l:accept()"
local left = spawn_process{ arg[-1], "-e", program, stdout = "pipe" }
print(left.stdout:read("l")) --> ready
left:kill()
pcall(await, left)
print(fs.stat(path).type, plain(net.connect("unix:" .. path))) --> socket	nil	unix:/tmp/socket: Connection refused	111
do
    local listener <close> = assert(net.listen("unix:" .. path))
    -- Its name is another's by now: that one stays.
    assert(fs.remove(path))
    assert(fs.write(path, "x"))
end
print(fs.read(path), plain(net.listen("unix:" .. path))) --> x	nil	unix:/tmp/socket: Address already in use	98
print(plain(net.connect("unix:" .. path))) --> nil	unix:/tmp/socket: Socket operation on non-socket	88
print(plain(net.connect("unix:" .. folder .. "/none"))) --> nil	unix:/tmp/none: No such file or directory	2
print(plain(net.listen("unix:" .. folder .. "/none/socket"))) --> nil	unix:/tmp/none/socket: No such file or directory	2
print(select("#", net.connect("unix:/" .. ("x"):rep(108))), select(3, net.listen("unix:/" .. ("x"):rep(108)))) --> 3	36
-- A name that is no file.
do
    local name = "unix:@plait-" .. plait.pid()
    local listener <close> = assert(net.listen(name))
    local near <close> = assert(net.connect(name))
    print(near.peer == name, listener.address == name) --> true	true
end
-- More connect at once than the queue has room for: they wait until there is.
local listener <close> = assert(net.listen("unix:" .. folder .. "/small", { backlog = 1 }))
local clients = {}
for i = 1, 10 do clients[i] = async(net.connect, listener.address) end
for _ = 1, 3 do plait.yield() end
print(net.connect(listener.address, 0.05)) --> nil	timeout
for _ = 1, 10 do listener:accept():close() end
for i = 1, 10 do await(clients[i]):close() end
