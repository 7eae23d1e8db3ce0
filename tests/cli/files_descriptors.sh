#!/bin/sh
# plait.fs where no descriptor is left: nil, a message and a number, before its
# first use and later; then it works again.
# Environment: PLAIT, the program.
set -u
PLAIT=${PLAIT:-$(cd "$(dirname "$0")/../.." && pwd)/build/release/plait}

ulimit -n 60
got=$("$PLAIT" - 2>&1 <<'END'
local fs = plait.fs
local list = {}
local function take()
    local file = io.open("/dev/null")
    while file do
        list[#list + 1] = file
        file = io.open("/dev/null")
    end
end
local function give()
    for _, file in ipairs(list) do file:close() end
    list = {}
end
take()
print(fs.read("/dev/null"))
print(fs.watch("/"))
give()
print(#fs.read("/dev/null"))
take()
print(fs.read("/dev/null"))
print(fs.list("/"))
print(fs.open("/dev/null"))
print(fs.watch("/"))
print(select(3, fs.temp_file()))
print(select(3, fs.copy("/dev/null", "/dev/full")))
print(fs.stat("/").type)
give()
print(#fs.read("/dev/null"))
END
)
wanted='nil	/dev/null: Too many open files	24
nil	/: Too many open files	24
0
nil	/dev/null: Too many open files	24
nil	/: Too many open files	24
nil	/dev/null: Too many open files	24
nil	/: Too many open files	24
24
24
folder
0'
[ "$got" = "$wanted" ] && exit 0
printf -- '--- expected\n%s\n--- actual\n%s\n' "$wanted" "$got"
exit 1
