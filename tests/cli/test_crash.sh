#!/bin/sh
# `plait test`: whatever a test does to its process, that is the failure of this
# test alone. The others run, and the run ends.
. "$(dirname "$0")/support/cli.sh"
# A sanitizer is not to take the crash for its own.
export ASAN_OPTIONS="${ASAN_OPTIONS-}:handle_segv=0" TSAN_OPTIONS="${TSAN_OPTIONS-}:handle_segv=0"

# Whether the process is there, and not only its status, which nobody has taken.
is_running() {
  [ -e "/proc/$1/status" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

cat >crash_test.lua <<'END'
local test = require "plait.test"
local function signal(name) os.execute("kill -" .. name .. " " .. plait.pid()) end
test("before", function() print("of another test") end)
test("segv", function()
  print("printed before it")
  signal "SEGV"
  os.execute("cat") -- until it has come
end)
test("between", function() end)
test("killed", function() signal "KILL" end)
test("exits", function() os.exit(7) end)
test("last", function() end)
END
run "lua test -j1 crash_test.lua"
[ "$status" = 1 ] || fail "status: $status"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "3 passed, 3 failed" ] ||
  { fail "three of them fail"; show; }
case $out in
*"crash_test.lua:4  segv"*"killed by signal 11 (Segmentation fault)"*"| printed before it"*) ;;
*) fail "the crash is told, with what was printed"; show ;;
esac
case $out in *"of another test"*) fail "output of another test"; show ;; esac
case $out in *"crash_test.lua:10  killed"*"killed by signal 9"*) ;; *) fail "the kill is told"; show ;; esac
case $out in *"crash_test.lua:11  exits"*) ;; *) fail "the exit is told"; show ;; esac

# Before there is a test, and after the last one.
echo 'os.execute("kill -ABRT " .. plait.pid()) os.execute("cat")' >early_test.lua
cat >late_test.lua <<'END'
local test = require "plait.test"
test("passes", function() end)
kept = setmetatable({}, { __gc = function() os.execute("kill -KILL " .. plait.pid()) end })
END
run "lua test early_test.lua late_test.lua"
[ "$status" = 1 ] || fail "status of a file that crashes: $status"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "1 passed, 2 failed" ] ||
  { fail "files that crash are failures"; show; }
case $out in *"signal 6"*"before there was a test"*) ;; *) fail "when it crashed"; show ;; esac
case $out in *"signal 9 (Killed) at its end"*) ;; *) fail "that it was at the end"; show ;; esac

# Children that keep the output open: they are found, told, and ended.
cat >child_test.lua <<'END'
local test = require "plait.test"
test("leaves", function()
  os.execute("tail -f /dev/null & echo $! >pid")
  local pid, name = io.open("pid"):read("l")
  repeat -- until it is that program
    local file <close> = assert(io.open("/proc/" .. pid .. "/cmdline"))
    name = file:read("a")
  until name:find("^tail")
end)
test("after it", function() end)
END
run "lua test child_test.lua"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "1 passed, 1 failed" ] ||
  { fail "a process that is left is a failure"; show; }
case $out in *"still runs: tail -f /dev/null"*) ;; *) fail "it is named"; show ;; esac
! is_running "$(cat pid)" || fail "what was left is ended"
run "lua test --leaks warn child_test.lua"
[ "$status" = 0 ] || { fail "--leaks warn"; show; }
case $out in *warn*"tail -f"*) ;; *) fail "the warning names it"; show ;; esac
# Those that have gone to a session of their own cannot be found: nobody waits for them.
cat >session_test.lua <<'END'
local test = require "plait.test"
test("leaves", function() os.execute("setsid tail -f /dev/null & echo $! >pid; wait $(cat pid) & true") end)
END
run "lua test --leaks off session_test.lua"
[ "$status" = 0 ] || { fail "a session of its own"; show; }
kill "$(cat pid)" 2>/dev/null

# 100 MB: it ends, is told, and what is shown is short.
cat >flood_test.lua <<'END'
local test = require "plait.test"
test("floods", function()
  print("the first line")
  local line = ("x"):rep(1023) .. "\n"
  for _ = 1, 100 * 1024 do io.write(line) end
  print("the last line")
end)
test("after it", function() end)
END
run "lua test flood_test.lua"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "1 passed, 1 failed" ] ||
  { fail "a flood is a failure"; show | cut -c 1-200; }
case $out in *"the first line"*"left out"*"the last line"*) ;; *) fail "head and tail of it" ;; esac
[ "$(printf '%s\n' "$out" | wc -c)" -lt 200000 ] || fail "what is shown is bounded"
run "lua test --output-limit 200000000 flood_test.lua"
[ "$status" = 0 ] || fail "with a greater limit it passes: $status"

# Bytes that look like our own marks, in pieces, are output.
cat >mark_test.lua <<'END'
local test = require "plait.test"
test("marks", function()
  for i = 1, 300 do
    io.write("\1", ("0"):rep(i), ":x\n")
    io.flush()
  end
  io.write("\1")
  error("to be shown")
end)
END
run "lua test -r json mark_test.lua"
printf '%s\n' "$out" | grep -q 'u00010:x' || { fail "marks of others"; show | cut -c 1-300; }

# A forked child of the test says nothing for it, and does not hold up the run.
cat >close_test.lua <<'END'
local test = require "plait.test"
test("closes its output", function() io.stdout:close() end)
test("after it", function() end)
END
run "lua test close_test.lua"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "2 passed, 0 failed" ] ||
  { fail "a closed output"; show; }
finish
