#!/bin/sh
# Ctrl-C: the first one raises an error where the script runs or waits, the
# second one ends the process. A script that was ended by it dies of it.
. "$(dirname "$0")/support/cli.sh"

mkfifo said || exit 2

# interrupt CODE: starts a script, waits for its first line, sends SIGINT and
# waits for its end. What else it prints is in `rest`, errors are in `err`.
interrupt() {
  "$plait" -e "$1" >said 2>err &
  pid=$!
  {
    read -r _
    kill -INT "$pid"
    cat >rest
  } <said
  status=0
  wait "$pid" || status=$?
}

ends_by_signal() {
  interrupt "$1"
  [ "$status" = 130 ] || fail "status $status of: $1"
  grep -q 'interrupted!' err || fail "no message of: $1"
}

goes_on() {
  interrupt "$1"
  [ "$status" = 0 ] || fail "status $status of: $1"
  [ "$(cat rest)" = "$2" ] || fail "output of: $1: $(cat rest)"
  [ ! -s err ] || fail "errors of: $1: $(cat err)"
}

ready='print("ready") io.stdout:flush()'
forever='while true do end'
# ThreadSanitizer delivers signals only where the program calls the C library.
[ "${PLAIT_PRESET:-}" != tsan ] || forever='while true do local t = {} end'

ends_by_signal "$ready $forever"
ends_by_signal "$ready coroutine.wrap(function() $forever end)()"
ends_by_signal "local x <close> = setmetatable({}, {__close = function()
  print('closed') end}) $ready $forever"
[ "$(cat rest)" = closed ] || fail "variables are closed: $(cat rest)"
interrupt "local x <close> = setmetatable({}, {__gc = function()
  print('collected') end, __close = print}) $ready $forever"
grep -q collected rest || fail "the state is closed: $(cat rest)"

goes_on "pcall(function() $ready $forever end) print(42)" 42
goes_on "pcall(coroutine.wrap(function() $ready $forever end)) print(42)" 42

# A script that received one and then fails by itself has status 1.
interrupt "pcall(function() $ready $forever end) error('other')"
[ "$status" = 1 ] || fail "status of a later error: $status"
interrupt "pcall(function() $ready $forever end) os.exit(3)"
[ "$status" = 3 ] || fail "status of a later exit: $status"

# A wait ends with the same error.
ends_by_signal "$ready sleep(100)"
ends_by_signal "$ready plait.Channel():recv(100)"
ends_by_signal "local task = async(sleep, 100) $ready await(task)"
ends_by_signal "local thread = spawn_thread(sleep, 100) $ready await(thread)"
goes_on "pcall(function() $ready sleep(100) end) print(42)" 42
# So does the one at the end of the script.
interrupt "async(function() $ready sleep(100) end)"
[ "$status" = 130 ] || fail "status $status while tasks are waited for"

# The second one needs no cooperation.
"$plait" -e "pcall(function() $ready $forever end) $ready $forever" >said 2>err &
pid=$!
{
  read -r _
  kill -INT "$pid"
  read -r _
  kill -INT "$pid"
} <said
status=0
wait "$pid" || status=$?
[ "$status" = 130 ] || fail "status after the second one: $status"

finish
