-- Programs that do something wrong, or die: their strand fails with an error that names them and the byte, and nothing hangs.
require("plait.internal").set_haste(20)
local function try(command, options)
    options = options or {}
    local words = { "sh", "-c", command, format = options.format or "json" }
    words.input, words.output = plait.Channel(math.huge), plait.Channel(math.huge)
    if options.item then words.input:send(options.item) end
    local h = spawn_process(words)
    local ok, result = pcall(h.join, h)
    print(ok and result or (result.kind .. ": " .. result.message:gsub("pid %d+", "pid N")), h.signal, #words.output)
end
try("echo '[1]' >&3; exit 3") --> 3	nil	1
try("exec 3>&-; exit 4") --> 4	nil	0
try("echo hello >&3; sleep 60") --> protocol: sh sent no JSON value at byte 1	15	0
try("echo 5 >&3; printf '[1,2' >&3; exit 1") --> protocol: sh sent the end in the middle of a value at byte 7	nil	1
try("printf '[1,2' >&3; kill -9 $$") --> died: process 'sh' (pid N) was killed by signal 9 (Killed) (its wire: sh sent the end in the middle of a value at byte 5)	9	0
try("echo 7 >&3; kill -9 $$") --> died: process 'sh' (pid N) was killed by signal 9 (Killed)	9	1
try("printf '\\201\\301' >&3; trap '' TERM; sleep 60; sleep 60", { format = "msgpack" }) --> protocol: sh sent no MessagePack at byte 2	9	0
try("printf '\\001\\222\\001' >&3", { format = "msgpack" }) --> protocol: sh sent the end in the middle of a value at byte 4	nil	1
try("printf '\\001\\307\\001' >&3; sleep 60", { format = "msgpack" }) --> protocol: sh sent an extension type at byte 2	15	1
try("head -c 70000000 /dev/zero >&3; sleep 60") --> protocol: sh sent a line of more than 64 MiB at byte 1	15	0
try("echo null >&3; read x <&3; sleep 60", { item = 1 / 0 }) --> send: cannot send to sh: value is inf (a number), which JSON cannot express	15	0
-- What it has left running does not keep the strand; what was sent before is there.
local left = plait.Channel(1)
print(await(spawn_process{ "sh", "-c", "sleep 60 & echo $! >&3; exit 0", format = "json", output = left })) --> 0
plait.exec{ "kill", "-9", tostring(left:recv(0)), check = true }
try("echo null >&3; read x <&3; echo $x >&3", { item = { 1, 2 } }) --> 0	nil	1
-- It may die whenever it likes, with an item on its way to it, too.
for _ = 1, 20 do
    local jobs = plait.Channel(math.huge)
    for _ = 1, 20 do jobs:send(("x"):rep(50000)) end
    local h = spawn_process{ "sh", "-c", "echo null >&3; echo null >&3; kill -9 $$", format = "json", channel = jobs }
    assert(not pcall(h.join, h) and h.signal == 9)
end

local function fails(words)
    local h = spawn_process(words)
    local ok, err = pcall(h.join, h)
    print(ok, err.kind, err.message)
end
local closed = plait.Channel(1)
closed:close()
fails{ "sh", "-c", "echo 1 >&3; sleep 60", format = "json", channel = closed } --> false	closed	sh sent an item, and the channel is closed
fails{ "sh", "-c", "echo 1 >&3; sleep 60", format = "json", input = closed } --> false	protocol	sh sent an item, and has no output
fails{ "sh", "-c", "echo null >&3; sleep 60", format = "json", output = closed } --> false	protocol	sh asked for an item, and has no input

local function refused(words)
    local ok, err = pcall(spawn_process, words)
    print(plait.kind(err), (err.message:gsub("^%S+:%d+: ", "")))
end
refused{ "true", format = "json" } --> usage	spawn_process: there is a format, and no channel, input or output
refused{ "true", channel = 1 } --> usage	spawn_process: channel is 1 (a number), not a Channel
refused{ "true", output = {} } --> usage	spawn_process: output is a table, not a Channel
refused{ "true", channel = closed, input = closed } --> usage	spawn_process: there is a channel, and an input or output besides; write one or the other
refused{ "true", channel = closed, format = "xml" } --> usage	spawn_process: format is "xml" (a string), not "msgpack" or "json"
refused{ "/there/is/none", channel = closed } --> usage	cannot start program '/there/is/none': No such file or directory
refused{ function() end, channel = closed } --> usage	spawn_process: 'channel' is no option for a process
