#!/bin/sh
# Exit statuses that lua does not have, or has otherwise.
. "$(dirname "$0")/support/cli.sh"

# The error of a script from standard input counts like any other.
gives "echo 'print(1) error(\"x\")' | lua" 1 1 "lua: stdin:1: x"
gives "echo 'x y' | lua" 1 "" "lua: stdin:1: syntax error near 'y'"

gives "lua -e 'await(async(error, \"x\", 0))'" 1 "" "lua: x"
gives "lua -e 'print(pcall(await, async(error, \"x\", 0)))'" 0 "false	x"
gives "lua -e 'async(print, \"in a task\") print(\"first\")'" 0 "first
in a task"
gives "lua -e 'async(function() sleep(0.01) print(\"late\") end)'" 0 late
gives "lua -e 'spawn_thread(print, \"in a thread\")'" 0 "in a thread"
gives "lua -e 'spawn_process(print, \"in a process\")'" 0 "in a process"

# What nobody received is printed at the end.
run "lua -e 'async(error, \"lost\", 0)'"
[ "$status" = 1 ] || fail "status after an error nobody received: $status"
case $err in *lost*) ;; *) fail "an error nobody received: $err" ;; esac

# The error of the script comes first and ends everything else.
run "lua -e 'async(function() sleep(60) end) sleep(0) error(\"main\", 0)'"
[ "$status" = 1 ] || fail "status after an error of the script: $status"
[ "$(sed -n 1p "$work_dir/err")" = "lua: main" ] ||
  fail "the first line of errors: $err"

run "lua -e 'print(1) plait.Channel():recv()'"
[ "$status" = 70 ] || fail "status of a deadlock: $status"
[ "$out" = 1 ] || fail "output before a deadlock: $out"
case $err in *deadlock*) ;; *) fail "the report of a deadlock: $err" ;; esac

gives "lua -e 'async(function() os.exit(9) end) sleep(60)'" 9 ""
gives "lua -e 'spawn_thread(function() os.exit(9) end) sleep(60)'" 9 ""

finish
