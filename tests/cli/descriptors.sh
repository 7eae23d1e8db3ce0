#!/bin/sh
# Where no descriptor is left a process cannot be started: that is an error, and
# once there are some again it starts. So it is if the limit is very low.
# Environment: PLAIT, the program.
. "$(dirname "$0")/support/cli.sh"

cat >full.lua <<'END'
local files = {}
repeat files[#files + 1] = io.open("/dev/null") until #files > 40 or not io.open("/dev/null")
local ok, err = pcall(spawn_process, "true")
print(ok, plait.kind(err))
files = nil
collectgarbage()
print(await(spawn_process("true")), await(spawn_process(function() return 7 end)))
END
gives "ulimit -n 40 && lua full.lua" 0 "false	usage
0	7"

cat >start.lua <<'END'
for _, what in ipairs{ "true", function() end } do
    local ok, err = pcall(spawn_process, what)
    print(ok and "started" or plait.kind(err), (tostring(err):match("Invalid argument")))
    if ok then pcall(await, err) end
end
END
for limit in 7 8 10 12 14 16 18; do
  run "ulimit -n $limit;  exec lua start.lua"
  [ "$status" = 0 ] || fail "status $status with a limit of $limit"
  [ "$(grep -Ecx '(started|usage)	nil' "$work_dir/out")" = 2 ] || fail "with a limit of $limit: $out"
done
finish
