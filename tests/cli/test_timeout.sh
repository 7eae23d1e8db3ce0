#!/bin/sh
# `plait test`: a test that goes on for longer than it may is ended, whatever it
# does, and told with what its strands did; the others run.
#
# How far one gets before the next step is taken depends on the machine; that it is
# a time-out, and of this test, does not.
. "$(dirname "$0")/support/cli.sh"

# Whether the process is there, and not only its status, which nobody has taken.
is_running() {
  [ -e "/proc/$1/status" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

cat >hang_test.lua <<'END'
local test = require "plait.test"
local short = { timeout = 0.2 }
test("waits", short, function() sleep(1e6) end)
test("loops", short, function() while true do local t = {} end end)
test("catches", short, function() while true do pcall(function() while true do local t = {} end end) end end)
test("is shielded", short, function() plait.shield(function() sleep(1e6) end) end)
test("runs a program", short, function() os.execute("exec tail -f /dev/null") end)
test("in a C function", short, function() ("a"):rep(5000):find((".-"):rep(9) .. "b") end)
test("a thread loops", short, function() spawn_thread(function() while true do local t = {} end end):join() end)
test("passes", function() end)
END
run "lua test -j1 --grace 0.5 --leaks off hang_test.lua"
[ "$status" = 1 ] || fail "status: $status"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "1 passed, 7 failed" ] ||
  { fail "seven of them take too long"; show; }
[ "$(printf '%s\n' "$out" | grep -c '^TIME  hang_test.lua:.*(time-out)')" = 7 ] ||
  { fail "each is a time-out"; show; }
case $out in *"in a C function"*"the test took longer than 0.2 s"*) ;; *) fail "which is told"; show ;; esac
case $out in *"what its strands did:"*) ;; *) fail "with its strands"; show ;; esac

# Before there is a test; between tests, in code of the file; of the file as a whole.
echo 'while true do local t = {} end' >load_test.lua
run "lua test --timeout 0.3 --grace 0.3 load_test.lua"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "0 passed, 1 failed" ] ||
  { fail "a file that does not load in time"; show; }
cat >long_test.lua <<'END'
local test = require "plait.test"
for i = 1, 3 do test("goes on " .. i, function() sleep(1e6) end) end
END
run "lua test --file-timeout 1 --grace 0.5 long_test.lua"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "0 passed, 3 failed" ] ||
  { fail "a file that takes too long"; show; }
case $out in *"the file took longer than 1 s"*) ;; *) fail "it is the file's time"; show ;; esac
[ "$(printf '%s\n' "$out" | grep -c 'was not run')" = 2 ] || { fail "the others were not run"; show; }

# Who stays when told to end is killed, with what it has started.
cat >stay_test.lua <<'END'
local test = require "plait.test"
plait.signal("TERM", function() end)
test("stays", { timeout = 0.2 }, function()
  plait.shield(function()
    os.execute("tail -f /dev/null & echo $! >pid")
    sleep(1e6)
  end)
end)
test("passes", function() end)
END
run "lua test --grace 0.4 --leaks off stay_test.lua"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "1 passed, 1 failed" ] ||
  { fail "one that stays"; show; }
case $out in *"and was killed"*) ;; *) fail "it was killed"; show ;; esac
! is_running "$(cat pid)" || fail "so was what it had started"
finish
