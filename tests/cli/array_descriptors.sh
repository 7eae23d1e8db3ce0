#!/bin/sh
# What an Array does where no descriptor is left: it is refused with a clear
# error, in the process that makes it and in one that receives it; garbage is
# collected first.
# Environment: PLAIT, the program.
set -u
PLAIT=${PLAIT:-$(cd "$(dirname "$0")/../.." && pwd)/build/release/plait}
failed=0

# expect WHAT GOT WANTED
expect() {
  [ "$2" = "$3" ] && return
  failed=1
  printf '%s:\n--- expected\n%s\n--- actual\n%s\n' "$1" "$3" "$2"
}

ulimit -n 60

# More than there are descriptors, one at a time.
got=$("$PLAIT" -e '
for _ = 1, 500 do plait.Array("u8", 1) end
local list = {}
local ok, err = pcall(function()
    while true do list[#list + 1] = plait.Array("u8", 1) end
end)
print(#list > 20, err)
list = nil
print(plait.Array("u8", 1))' 2>&1)
expect "making arrays" "$got" 'true	(command line):5: Array: no file descriptor is left for it: Too many open files
Array("u8", 1)'

# Received where there is none, used when there is one again.
got=$("$PLAIT" -e '
local ch, back = plait.Channel(), plait.Channel()
local h = spawn_process(function()
    local list = {}
    pcall(function() while true do list[#list + 1] = plait.Array("u8", 1) end end)
    back:send(true)
    local a = ch:recv()
    local ok, err = pcall(function() return a[1] end)
    print(ok, err)
    list = nil
    print(a[1], a)
    a[2] = 5
    back:send(a)
end)
back:recv()
local a = plait.Array("i32", {7, 8})
ch:send(a)
print(back:recv() == a, a[2])
await(h)' 2>&1)
expect "receiving an array" "$got" 'false	(command line):8: Array: no file descriptor is left for it: Too many open files
7	Array("i32", 2)
true	5'

exit $failed
