#!/bin/sh
# plait.stdin where no descriptor is left to wait with: nil, a message and a number;
# then it works again.
. "$(dirname "$0")/support/cli.sh"

mkfifo input && exec 4<>input || exit 2
cat >script.lua <<'END'
local list = {}
local file = io.open("/dev/null")
while file do
    list[#list + 1] = file
    file = io.open("/dev/null")
end
print(plait.stdin:read())
for _, each in ipairs(list) do each:close() end
print(plait.stdin:read("l", { timeout = 0.01 }))
END
(ulimit -n 60 && "$plait" script.lua <&4) >out 2>&1
cat >wanted <<'END'
nil	stdin: Too many open files	24
nil	timeout
END
diff wanted out || fail "it printed something else"
finish
