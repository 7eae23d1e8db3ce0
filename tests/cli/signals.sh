#!/bin/sh
# TERM and HUP end a program as Ctrl-C does; a signal that comes again ends it at
# once, and names who has not stopped; a script may have signals for itself.
. "$(dirname "$0")/support/cli.sh"
. "$source_dir/tests/cli/support/signals.sh"

cleaning='local guard <close> = setmetatable({}, { __close = function() print("closed") end })'

# ends SIGNAL STATUS WORD
ends() {
  for code in "$forever" "sleep(100)"; do
    for start in "" async spawn_thread spawn_process; do
      whole="$cleaning $ready $code"
      [ -z "$start" ] || whole="$start(function() $whole end)"
      dies_of "$1" "$2" "$whole"
      grep -q ": $3 at " err || fail "message of $1: $(cat err)"
      grep -qx closed rest || fail "no clean-up after $1: $whole: $(cat rest)"
    done
  done
}
ends TERM 143 terminated
ends HUP 129 "hung up"

# What comes while os.execute runs counts, in whatever thread that is.
for start in "" spawn_thread; do
  code="os.execute('kill -INT ' .. plait.pid()) sleep(100)"
  [ -z "$start" ] || code="await($start(function() $code end))"
  send "" "$code"
  [ "$status" = 130 ] || fail "status $status after INT in os.execute: $code"
done

# The clean-up of the main script sees why it is called.
send TERM "local guard <close> = setmetatable({}, { __close = function(_, err) print(err, err.kind, err.signal) end })
  $ready sleep(100)"
[ "$(cat rest)" = "terminated!	cancelled	15" ] || fail "what __close gets: $(cat rest err)"

# Daemons that clean up at the end of the script when it comes may finish.
send INT "async{ function()
    local guard <close> = setmetatable({}, { __close = function() $ready sleep(0.2) print('closed') end })
    sleep(100)
  end, daemon = true } sleep(0)"
[ "$status" = 130 ] || fail "status $status while daemons clean up"
grep -qx closed rest || fail "a daemon was left in its clean-up"

# nohup: what is ignored when the program starts stays so. ThreadSanitizer holds a
# signal back while the thread sleeps: there the script looks again and again.
until_set='e:wait()'
[ "${PLAIT_PRESET:-}" != tsan ] || until_set='while not e:wait(0.01) do end'
(
  trap '' HUP
  send "HUP USR1" "local e = plait.Event() plait.signal('USR1', function() e:set() end)
    $ready $ready $until_set print('went on')"
  [ "$status" = 0 ] && [ "$(cat rest)" = "went on" ]
) || fail "an ignored HUP"

# Again: at once.
stubborn='setmetatable({}, { __close = function() '"$ready"' sleep(100) end })'
send "INT INT" "local guard <close> = $stubborn $ready sleep(100)"
[ "$status" = 130 ] || fail "status $status after the second one"
[ "$took" -lt 4000 ] || fail "$took ms until the end by the second one"
grep -q 'had not stopped:$' err || fail "nobody is named: $(cat err)"
grep -q '^  the main strand .* at (command line):1$' err || fail "main is not named: $(cat err)"

send "INT INT" "
  async{ function() local guard <close> = $stubborn $ready sleep(100) end, name = 'slow' }"
grep -q "^  task 1 'slow' .* at (command line):2, started at (command line):2$" err ||
  fail "task: $(cat err)"
send "INT INT" "
  spawn_thread{ function() local guard <close> = $stubborn $ready sleep(100) end, name = 'slow' }"
grep -q "^  thread [0-9]* 'slow' .* at (command line):2, started at (command line):2$" err ||
  fail "thread: $(cat err)"
send "INT INT" "
  spawn_process{ function() local guard <close> = $stubborn $ready sleep(100) end, name = 'slow' }"
grep -q "^  process [0-9]* 'slow' .* at (command line):2, started at (command line):2$" err ||
  fail "process: $(cat err)"
[ "$status" = 130 ] || fail "status $status with a process that does not stop"

# A C function that does not return is named, too.
if [ "${PLAIT_PRESET:-}" != tsan ]; then
  "$plait" -e "('b' .. ('a'):rep(10000000)):gsub('.-b', print)" >said 2>err &
  pid=$!
  {
    read -r _
    kill -INT "$pid"
    kill -INT "$pid"
  } <said
  status=0
  wait "$pid" || status=$?
  [ "$status" = 130 ] || fail "status $status of a C function"
  grep -q "^  the main strand is in the C function 'gsub' at (command line):1$" err ||
    fail "C function: $(cat err)"
fi

# The same request twice is one: `timeout` signals the process and its group.
send "TERM" "local guard <close> = setmetatable({}, { __close = function()
  os.execute('kill -TERM ' .. plait.pid()) sleep(0.01) print('closed') end }) $ready sleep(100)"
[ "$status" = 143 ] || fail "status $status after two at the same time"
grep -qx closed rest || fail "no clean-up after two at the same time: $(cat err)"

# Others that come when the state is closed: a child that is stopped takes its time.
for _ in 1 2 3; do
  "$plait" -e "plait.signal('USR1', print)
    spawn_process{ sleep, 3600, daemon = true }:kill('STOP') $ready sleep(100)" >said 2>err &
  pid=$!
  {
    read -r _
    kill -TERM "$pid"
    until gone "$pid"; do kill -USR1 "$pid" && kill -QUIT "$pid"; done
    cat >rest
  } <said
  status=0
  wait "$pid" || status=$?
  [ "$status" = 143 ] || fail "status $status after signals at the very end: $(cat err)"
done

# A function for the signal replaces the end; it is for the script to end.
handler="plait.signal('INT', function(name, count) print(name, count) os.exit(7) end)"
send INT "$handler $ready sleep(100)"
[ "$status" = 7 ] || fail "status $status of a function for INT"
[ "$(cat rest)" = "INT	1" ] || fail "a function for INT: $(cat rest)"
send INT "$handler plait.signal('INT', nil) $ready sleep(100)"
[ "$status" = 130 ] || fail "status $status after the function was taken away"

finish
