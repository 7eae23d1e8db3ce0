-- Without descriptors a listener waits, says so once, and goes on when there are some again. Connecting is nil, message, code.
local program = [[
    local net = plait.net
    local listener = assert(net.listen("127.0.0.1:0"))
    local served = 0
    async{ function()
        for conn in listener do
            served = served + 1
            conn:write("served\n")
            conn:close()
        end
    end, daemon = true }
    print(listener.port)
    io.flush()
    local input = plait.stdin
    print(input:read("l")) -- makes what it needs
    local taken = {}
    repeat taken[#taken + 1] = io.open("/dev/null") until #taken > 0 and not io.open("/dev/null")
    print((select(2, net.connect("127.0.0.1:1"))))
    print((select(3, net.listen("127.0.0.1:0"))))
    io.flush()
    print(input:read("l"))
    local before = os.clock()
    print(input:read("l"))
    print(served, os.clock() - before < 0.2) -- no busy loop
    for _, file in ipairs(taken) do file:close() end
    io.flush()
    input:read("l")
]]
local files = plait.fs
local temporary <close> = assert(files.temp_folder())
assert(files.write(temporary.path .. "/program.lua", program))
local p = spawn_process{ "sh", "-c", "ulimit -n 60; exec " .. arg[-1] .. " " .. temporary.path .. "/program.lua", stdin = "pipe",
    stdout = "pipe", stderr = "pipe" }
local address = "localhost:" .. p.stdout:read("l")
local early <close> = assert(plait.net.connect(address))
print(early:read("l")) --> served
p.stdin:write("go\n")
print(p.stdout:read("l", "l", "l")) --> go	127.0.0.1:1: Too many open files	24
local conns = {}
for i = 1, 3 do conns[i] = assert(plait.net.connect(address)) end
print((p.stderr:read("l"):gsub("^.-plait: 127.0.0.1:%d+", "plait: ADDRESS"))) --> plait: ADDRESS: Too many open files; connections wait until others are closed
p.stdin:write("lacking\n")
print(p.stdout:read("l")) --> lacking
print(conns[1]:read("l", { timeout = 0.3 })) --> nil	timeout
p.stdin:write("enough\n")
print(p.stdout:read("l", "l")) --> enough	1	true
for i = 1, 3 do print(conns[i]:read("a")) end
--> served
-->
--> served
-->
--> served
-->
p.stdin:close()
print(await(p), p.stderr:read("a") == "") --> 0	true
