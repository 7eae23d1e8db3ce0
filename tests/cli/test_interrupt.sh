#!/bin/sh
# `plait test`: Ctrl-C ends the run and the tests; what is known by then is told.
. "$(dirname "$0")/support/cli.sh"

cat >slow_test.lua <<'END'
local test = require "plait.test"
test("passes", function() end)
test("waits", function()
  local closing <close> = setmetatable({}, { __close = function() io.open("closed", "w"):close() end })
  io.open("begun", "w"):write(plait.pid()):close()
  sleep(1e6)
end)
test("after it", function() end)
END
cat >stay_test.lua <<'END'
local test = require "plait.test"
plait.signal("TERM", function() end)
test("stays", function()
  plait.shield(function()
    io.open("begun", "w"):write(plait.pid()):close()
    sleep(1e6)
  end)
end)
END

# wait_for FILE: until it is there, and not for ever.
wait_for() {
  tries=0
  until [ -s "$1" ]; do
    tries=$((tries + 1))
    [ $tries -lt 5000 ] || { fail "it has not begun"; cat out err; return; }
    "$plait" -e 'sleep(0.01)'
  done
}

# interrupt SIGNAL OPTION...: starts it, and sends the signal when a test runs.
interrupt() {
  rm -f begun closed
  signal=$1
  shift
  "$plait" test "$@" >out 2>err &
  runner=$!
  wait_for begun
  kill -"$signal" $runner
  status=0
  wait $runner || status=$?
}

for signal in INT TERM; do
  interrupt $signal -j1 -r junit=out.xml slow_test.lua
  [ "$status" = 130 ] || fail "status after $signal: $status"
  [ "$(tail -n 1 out)" = "1 passed, 0 failed" ] || { fail "what is known"; cat out err; }
  grep -q "interrupted: 2 tests had not ended" out || { fail "that it was interrupted"; cat out; }
  [ -e closed ] || fail "clean-up of the test has run"
  grep -q '</testsuites>' out.xml || fail "reports are whole"
done

# One that does not end when it is told to is killed after the grace; a second signal
# does not wait for that.
interrupt INT --grace 0.3 stay_test.lua
[ "$status" = 130 ] || fail "status after one that stays: $status"
rm -f begun
"$plait" test --grace 600 stay_test.lua >out 2>err &
runner=$!
wait_for begun
tries=0
while [ -e "/proc/$runner/fd/0" ] && [ $tries -lt 1000 ]; do
  kill -INT $runner 2>/dev/null
  tries=$((tries + 1))
  "$plait" -e 'sleep(0.02)'
done
status=0
wait $runner || status=$?
[ "$status" = 130 ] || fail "status after two signals: $status"

# Without its parent a child has nothing to do.
rm -f begun
"$plait" test slow_test.lua >out 2>err &
runner=$!
wait_for begun
child=$(cat begun)
kill -KILL $runner
wait $runner 2>/dev/null
tries=0
while [ -e "/proc/$child/fd/0" ]; do
  tries=$((tries + 1))
  [ $tries -lt 1000 ] || { fail "the child is there still"; break; }
  "$plait" -e 'sleep(0.01)'
done

run "lua --plait-test"
[ "$status" = 2 ] || fail "--plait-test by hand: status $status"
finish
