#!/bin/sh
# plait.stdin waits for a pipe, a regular file and a terminal, while tasks go on;
# and the standard input blocks as before for whoever shares it.
# Environment: PLAIT, the program.
. "$(dirname "$0")/support/cli.sh"

cat >lines.lua <<'EOF'
print(plait.stdin)
for line in plait.stdin:lines() do print("<" .. line .. ">") end
print(plait.stdin:read("l"), #plait.stdin:read("a"))
EOF
wanted="stream (stdin)
<one>
<two>
<three>
nil	0"
printf 'one\ntwo\nthree' >text
gives "lua lines.lua <text" 0 "$wanted"
gives "cat text | lua lines.lua" 0 "$wanted"
gives "lua lines.lua </dev/null" 0 "stream (stdin)
nil	0"

# A task goes on while the main strand waits, and gives it what it waits for. The
# descriptor's flags are the same all the time.
mkfifo keys
cat >waits.lua <<'EOF'
local function flags() return io.open("/proc/self/fdinfo/0"):read("a"):match("flags:%s*(%d+)") end
local before = flags()
print(plait.stdin:read("l", { timeout = 0.02 }))
async(function()
    sleep(0.02)
    local keys <close> = io.open("keys", "w")
    keys:write("12 a line\nrest")
end)
print(plait.stdin:read("n", "l"))
local task = async(plait.stdin.read, plait.stdin, "l")
plait.yield()
print(flags() == before)
task:cancel()
print(pcall(await, task) == false, plait.stdin:read(2))
print(spawn_thread(function() return plait.stdin:read("l", { timeout = 0 }) end):await())
EOF
gives "lua waits.lua <>keys" 0 "nil	timeout
12	 a line
true
true	re
nil	timeout"

# At a terminal.
cat >ask.lua <<'EOF'
io.write("name? ")
io.flush()
print("hello " .. plait.stdin:read("l"))
EOF
if script -qefc true /dev/null </dev/null >/dev/null 2>&1; then
  out=$(printf 'world\n' | script -qefc "'$plait' ask.lua" /dev/null | tr -d '\r')
  case $out in
    *"hello world"*) ;;
    *) fail "at a terminal: $out" ;;
  esac
fi
finish
