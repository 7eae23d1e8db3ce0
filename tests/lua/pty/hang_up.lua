-- Who closes the terminal, or cancels its program, hangs up; what goes on all the same is killed, whatever group it is in.
require("plait.internal").set_haste(20)
local function alive(pid) -- who is dead may wait for its parent
    local stat = plait.fs.read("/proc/" .. pid .. "/stat")
    return stat ~= nil and not stat:find(") Z", 1, true)
end
local function how(p)
    local ok, err = pcall(await, p)
    return ok, p.signal, plait.kind(err)
end
local a = spawn_process{ "cat", pty = true }
a.pty:close()
print(how(a)) --> false	1	died
local b = spawn_process{ "cat", pty = true }
do local _ <close> = b.pty end
print(how(b)) --> false	1	died
local c = spawn_process{ "sh", "-i", pty = true }
c.pty:read(1)
c:cancel()
print(how(c)) --> false	1	cancelled
-- A clean-up of its own.
local d = spawn_process{ "sh", "-c", "trap 'echo cleaned; exit 5' HUP; echo ready; while :; do read x; done", pty = true }
d.pty:read_until("ready\r\n", 20)
d:cancel()
print(d.pty:read_until("cleaned\r\n", 20), await(d)) --> 	5
-- A job of a shell, in a group of its own, that will not hear.
local e = spawn_process{ "bash", "-i", pty = true, env = { PATH = os.getenv("PATH"), PS1 = "" } }
e.pty:write("trap '' HUP; set -m; sleep 600 & echo pid $! e''nd\n")
local job = tonumber((e.pty:read_until(" end", 20):match("pid (%d+)$")))
print(alive(job)) --> true
e:cancel()
local ok, err = pcall(await, e)
print(e.signal, err.message) --> 9	cancelled: the program was killed, as it had not ended by SIGHUP
while alive(job) do plait.yield() end
-- With the program that has it, however that ends.
local f = spawn_process{ function() 
    local p = spawn_process{ "sh", "-c", "trap '' HUP; echo $$; exec sleep 600", pty = true }
    io.write(p.pty:read("l"), "\n")
    io.flush()
    sleep(60)
end, stdout = "pipe" }
local inner = tonumber((f.stdout:read("l"):gsub("%s", "")))
print(alive(inner)) --> true
f:kill()
while alive(inner) do plait.yield() end
print((pcall(await, f))) --> false
