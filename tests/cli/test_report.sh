#!/bin/sh
# `plait test`: what each reporter writes, and what becomes of a run whose report
# cannot be written.
. "$(dirname "$0")/support/cli.sh"

mkdir test
cat >test/a_test.lua <<'END'
local test = require "plait.test"
test("passes", function() end)
test("fails & <more>", function()
  print("a line \27[31mwith colour\27[0m and \1 a byte \255")
  error("no luck")
end)
END
cat >test/b_test.lua <<'END'
local test = require "plait.test"
test("has \"quotes\" # and \\ signs", function() end)
END

# For people: a line for each file, what has failed, how to run it again.
run "lua test"
[ "$status" = 1 ] || fail "status: $status"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "2 passed, 1 failed" ] ||
  { fail "the last line"; show; }
for text in "ok    test/b_test.lua  1 test" "FAIL  test/a_test.lua  2 tests, 1 failed" \
  "FAIL  test/a_test.lua:3  fails & <more>" "no luck" '| a line \x1b[31mwith' \
  "again: plait test test/a_test.lua:3 --seed "; do
  case $out in *"$text"*) ;; *) fail "pretty: '$text'"; show ;; esac
done
case $out in *"$(printf '\033')"*) fail "no colours but on a terminal" ;; esac
run "lua test --color always"
case $out in *"$(printf '\033[31m')FAIL"*) ;; *) fail "--color always"; show ;; esac
run "FORCE_COLOR=1 lua test"
case $out in *"$(printf '\033[31m')FAIL"*) ;; *) fail "FORCE_COLOR"; show ;; esac
run "FORCE_COLOR=1 NO_COLOR=1 lua test"
case $out in *"$(printf '\033')"*) fail "NO_COLOR" ;; esac

run "lua test -r dot -j1"
[ "$(printf '%s\n' "$out" | head -n 1)" = ".F." ] || { fail "dot"; show; }
[ "$(printf '%s\n' "$out" | tail -n 1)" = "2 passed, 1 failed" ] || { fail "dot"; show; }
run "lua test -r quiet test/b_test.lua"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "1 passed, 0 failed" ] || { fail "quiet"; show; }
case $out in *"b_test.lua"*) fail "quiet says nothing of what passes"; show ;; esac
run "lua test -s -j1"
case $err in *"a line"*) ;; *) fail "-s shows the output"; show ;; esac
case $out in *"| a line"*) fail "-s shows it once"; show ;; esac
run "lua test --durations=1"
case $out in *"slowest:"*) ;; *) fail "--durations"; show ;; esac

# TAP, as `prove` has it.
run "lua test -r tap -j1"
[ "$(printf '%s\n' "$out" | head -n 1)" = "TAP version 14" ] || { fail "tap: version"; show; }
[ "$(printf '%s\n' "$out" | tail -n 1)" = "1..3" ] || { fail "tap: plan"; show; }
case $out in *'not ok 2 - test/a_test.lua › fails & <more>'*) ;; *) fail "tap: a failure"; show ;; esac
case $out in *'has "quotes" \# and \\ signs'*) ;; *) fail "tap: escapes"; show ;; esac
[ "$err" = "2 passed, 1 failed" ] || { fail "tap: the last line is elsewhere"; show; }
if command -v prove >/dev/null; then
  printf '#!/bin/sh\nexec "%s" test -r tap "$@"\n' "$plait" >tap.sh
  prove -e sh tap.sh :: test/b_test.lua >"$work_dir/proved" 2>&1 || { fail "prove: passes"; cat "$work_dir/proved"; }
  grep -q 'Tests=1' "$work_dir/proved" || { fail "prove counts one"; cat "$work_dir/proved"; }
  prove -e sh tap.sh >"$work_dir/proved" 2>&1 && fail "prove: a failure"
  grep -q 'Failed 1/3 subtests' "$work_dir/proved" || { fail "prove counts the failure"; cat "$work_dir/proved"; }
fi

# JUnit's XML: well formed, and by a schema.
run "lua test -r junit=out.xml -r json=out.json -r dot"
[ "$status" = 1 ] && [ "$(printf '%s\n' "$out" | tail -n 1)" = "2 passed, 1 failed" ] ||
  { fail "several reporters"; show; }
if command -v xmllint >/dev/null; then
  xmllint --noout --schema "$source_dir/tests/cli/support/junit.xsd" out.xml 2>"$work_dir/xml" ||
    { fail "junit: schema"; cat "$work_dir/xml" out.xml; }
fi
for text in 'tests="3" failures="1" errors="0"' 'name="fails &amp; &lt;more&gt;"' \
  'file="test/a_test.lua" line="3"' '<system-out>a line with colour and \x01 a byte \xff' \
  'message="no luck"'; do
  grep -qF "$text" out.xml || { fail "junit: $text"; cat out.xml; }
done

# JSON: an object a line.
python3 -c '
import json, sys
events = [json.loads(line) for line in open("out.json")]
assert events[0]["event"] == "start" and events[0]["files"] == 2, events[0]
tests = {e["name"]: e for e in events if e["event"] == "test"}
assert len(tests) == 3
bad = tests["fails & <more>"]
assert bad["status"] == "failed" and bad["file"] == "test/a_test.lua" and bad["line"] == 3
assert bad["failures"][0]["message"].endswith("no luck"), bad
assert events[-1]["event"] == "summary" and events[-1]["failed"] == 1 and events[-1]["passed"] == 2
' 2>"$work_dir/python" || { fail "json"; cat "$work_dir/python" out.json; }

# The same seed gives the same order; failures stop the run if that is wanted.
run "lua test --shuffle=7 -r tap"
first=$out
run "lua test --seed 7 --shuffle -r tap"
[ "$(printf '%s\n' "$first" | grep -c ok)" = 3 ] || { fail "--shuffle"; show; }
cat >many_test.lua <<'END'
local test = require "plait.test"
for i = 1, 9 do test("fails " .. i, function() error("no") end) end
END
run "lua test -x many_test.lua"
case $out in *"not run"*) ;; *) fail "-x tells what was not run"; show ;; esac
[ "$status" = 1 ] || fail "status of -x: $status"
run "lua test -r tap --max-fail=2 many_test.lua"
[ "$(printf '%s\n' "$out" | grep -c '^not ok')" = 2 ] || { fail "--max-fail=2"; show; }

# Orders of strands: one in which it fails, and that one again.
cat >order_test.lua <<'END'
local test = require "plait.test"
test("adds", function(t)
  local count = plait.Value(0)
  local function add() count.value = count.value + 1 end
  gather(spawn_thread(add), spawn_thread(add))
  t.eq(count.value, 2)
end)
test("passes", function() end)
END
run "lua test --explore 50 order_test.lua"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "1 passed, 1 failed" ] || { fail "--explore finds it"; show; }
again=$(printf '%s\n' "$out" | sed -n 's/^  again: plait \(test order_test.lua:2 --replay p1:[^ ]*\).*/\1/p')
[ -n "$again" ] || { fail "and tells how it is run again"; show; }
run "lua $again"
[ "$(printf '%s\n' "$out" | tail -n 1)" = "0 passed, 1 failed" ] || { fail "--replay: $again"; show; }

# Reports that cannot be written.
run "lua test -r junit=/dev/full"
[ "$status" = 3 ] || fail "a full disk: status $status"
case $err in *"/dev/full: No space left"*) ;; *) fail "it is told"; show ;; esac
run "lua test >/dev/full"
[ "$status" = 3 ] || fail "a full standard output: status $status"
run "lua test >&-"
[ "$status" = 3 ] || fail "a closed standard output: status $status"
case $err in *"standard output: Bad file descriptor"*) ;; *) fail "it is told"; show ;; esac
run "lua test test/b_test.lua 2>&- <&-"
[ "$status" = 0 ] || fail "other files closed: status $status"
finish
