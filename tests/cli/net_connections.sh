#!/bin/sh
# Ten thousand connections to one echo server, all open at once: each gets back
# what it sends, round after round, and what the server needs does not grow with
# the rounds. Without a word all are closed at the end.
# Environment: PLAIT, the program.
. "$(dirname "$0")/support/cli.sh"
case ${PLAIT_PRESET-} in
asan | tsan) count=1000 ;;
*) count=10000 ;;
esac
# shellcheck disable=SC3045 # dash, bash and busybox have it
ulimit -n $((count + 500)) 2>/dev/null ||
  skip "the hard limit of descriptors is $(ulimit -Hn), too small for $count connections"

cat >many.lua <<'EOF2'
local net = plait.net
local COUNT, ROUNDS = tonumber(arg[1]), 5

local function resident() -- KiB
    local file <close> = io.open("/proc/self/status")
    return tonumber(file:read("a"):match("VmRSS:%s*(%d+)"))
end

local function echo(conn)
    local conn <close> = conn
    for line in conn:lines("L") do conn:write(line) end
end

-- Half of the clients. Each round begins when the server says so, that is, when all of the one before have had their answer.
local function clients(address, count, ready, go)
    local net = plait.net
    local conns, right = {}, 0
    local connecting = {}
    for first = 1, 50 do -- several at a time: a busy machine is slow to come back to each
        connecting[first] = async(function()
            for i = first, count, 50 do conns[i] = assert(net.connect(address, 60)) end
        end)
    end
    gather(connecting)
    ready:send(count)
    for round in go do
        for i, conn in ipairs(conns) do conn:write(round, " ", i, "\n") end
        for i, conn in ipairs(conns) do
            if conn:read("l") == round .. " " .. i then right = right + 1 end
        end
        ready:send(count)
    end
    return right
end

local listener <close> = assert(net.listen("127.0.0.1:0"))
local serving = {}
local server = async(function()
    for conn in listener do serving[#serving + 1] = async(echo, conn) end
end)
local ready, halves = plait.Channel(2), {}
for i = 1, 2 do
    local go = plait.Channel(1)
    halves[i] = { go = go, handle = spawn_process(clients, listener.address, COUNT // 2, ready, go) }
end
print(ready:recv() + ready:recv() == COUNT)
collectgarbage()
local at_first
for round = 1, ROUNDS do
    for _, half in ipairs(halves) do half.go:send(round) end
    for _ = 1, #halves do ready:recv() end
    collectgarbage()
    at_first = at_first or resident()
end
print(#serving == COUNT)
local grown = resident() - at_first
print(grown < 16384 + at_first // 4 or grown)
local right = 0
for _, half in ipairs(halves) do
    half.go:close()
    right = right + await(half.handle)
end
print(right == ROUNDS * COUNT or right)
gather(serving)
listener:close()
await(server)
local open = 0
for _ in io.popen("ls /proc/" .. plait.pid() .. "/fd"):lines() do open = open + 1 end
print(open < 100 or open)
io.stderr:write(("%d KiB, %.1f for each connection\n"):format(at_first, at_first / COUNT))
EOF2
run "lua many.lua $count"
[ "$status" = 0 ] || fail "status $status"
[ "$out" = "true
true
true
true
true" ] || fail "$count connections"
show
finish
