-- Who is slow makes the other wait: a program that sends waits for room in the channel, one that does not read what it asked for
-- keeps one item only, and one that asks for nothing gets nothing.
require("plait.internal").set_haste(20)
local results = plait.Channel(3)
local h = spawn_process{ "sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); echo $i; done >&3", format = "json", output = results }
local n = 0
for v in results do
    n = n + 1
    assert(v == n and #results <= 3)
    if n == 100000 then break end
end
print(n, await(h)) --> 100000	0

local jobs = plait.Channel(100)
for i = 1, 100 do jobs:send(i) end
local idle = spawn_process{ "sh", "-c", "read x; exit 5", format = "json", channel = jobs, stdin = "pipe" }
idle.stdin:write("\n")
print(await(idle), #jobs) --> 5	100
local two = spawn_process{ "sh", "-c", "echo null >&3; echo null >&3; read x <&3; read y <&3; echo $x$y; sleep 60", format = "json", channel = jobs, stdout = "pipe" }
print(two.stdout:read("l"), #jobs) --> 12	98
two:cancel()
print((pcall(await, two)), #jobs) --> false	98

local large = plait.Channel(10)
for _ = 1, 10 do large:send(("x"):rep(1 << 20)) end
local deaf = spawn_process{ "sh", "-c", "echo null >&3; echo null >&3; echo asked; sleep 60", format = "json", input = large, stdout = "pipe" }
print(deaf.stdout:read("l")) --> asked
while #large > 9 do plait.yield() end
for _ = 1, 100 do plait.yield() end
print(#large) --> 9
deaf:cancel()
print(select(2, pcall(await, deaf)).message) --> cancelled: the program was ended

-- One that is cancelled ends, whoever has not taken what it has sent.
local full = plait.Channel(1)
local talks = spawn_process{ "sh", "-c", "while :; do echo 1 >&3; done", format = "json", output = full }
while #full == 0 do plait.yield() end
talks:cancel()
print(select(2, pcall(await, talks)).kind, full:recv()) --> cancelled	1
print(full:recv(0)) --> nil	timeout

-- The end of the input is the end of what it reads.
local few = plait.Channel(2)
few:send(1)
few:close()
local reader = spawn_process{ "sh", "-c", "while echo null >&3 && read x <&3; do echo got $x; done; echo end", format = "json", input = few, stdout = "pipe" }
print((reader.stdout:read("a"):gsub("\n", " ")), await(reader)) --> got 1 end 	0
-- It has its standard files and the link, and is told of that in its environment, whatever that is.
local env = spawn_process{ "sh", "-c", "echo \"[\\\"$PLAIT_CHANNEL_FD\\\", \\\"$PLAIT_CHANNEL_FORMAT\\\", \\\"$A\\\"]\" >&3",
    format = "json", output = full, env = { PATH = os.getenv("PATH"), A = "b", PLAIT_CHANNEL_FD = "77" } }
print(plait.repr(full:recv()), await(env)) --> ["3", "json", "b"]	0
local list = spawn_process{ "sh", "-c", "ls /proc/$$/fd", channel = full, stdout = "pipe" }
print((list.stdout:read("a"):gsub("\n", " ")), await(list)) --> 0 1 2 3 	0
