#!/bin/sh
# `plait test`: which files and tests it runs, and the statuses that tell of it.
. "$(dirname "$0")/support/cli.sh"

mkdir -p test/sub test/.hidden test/lua_modules test/made other
touch test/made/CMakeCache.txt
cat >test/a_test.lua <<'END'
local test = require "plait.test"
test("one", function() end)
test("two (slow)", { tags = { "slow" } }, function()
  assert(true)
end)
END
cat >test/sub/test_b.lua <<'END'
local test = require "plait.test"
test("one", { tags = { "net", "slow" } }, function() end)
END
cat >test/bad.lua <<'END'
local test = require "plait.test"
test("fails", function() error("no luck") end)
test("passes", function() end)
END
for place in test/.hidden test/lua_modules test/made other; do
  cp test/a_test.lua $place/
done

# last N COMMAND STATUS: the last line of its output, and its status.
last() {
  run "$2"
  line=$(printf '%s\n' "$out" | tail -n 1)
  if [ "$line" != "$1" ] || [ "$status" != "$3" ]; then
    fail "$2"
    printf '  wanted: %s, status %s\n' "$1" "$3"
    show
  fi
}

# Discovery: below test/, by the names; a file that is named; a folder.
last "3 passed, 0 failed" "lua test" 0
last "1 passed, 1 failed" "lua test test/bad.lua" 1
last "2 passed, 0 failed" "lua test other" 0
last "1 passed, 0 failed" "lua test test/sub/" 0
last "5 passed, 0 failed" "lua test test other ./test/a_test.lua" 0
(cd other && "$plait" test >"$work_dir/here" 2>&1)
[ "$(tail -n 1 "$work_dir/here")" = "2 passed, 0 failed" ] ||
  fail "without roots it looks here"

# Of these, some.
last "1 passed, 0 failed" "lua test test/a_test.lua:4" 0
last "2 passed, 0 failed" "lua test test/a_test.lua:2 test/a_test.lua:3" 0
last "2 passed, 0 failed" "lua test -f one" 0
last "1 passed, 0 failed" "lua test --filter 'a_test.lua › one'" 0
last "1 passed, 0 failed" "lua test -f 'two %(s%w+%)'" 0
last "1 passed, 0 failed" "lua test -f '(slow)'" 0
last "2 passed, 0 failed" "lua test -F slow" 0
last "2 passed, 0 failed" "lua test -t slow" 0
last "1 passed, 0 failed" "lua test --tag=slow --no-tag net" 0
last "2 passed, 0 failed" "lua test --shard 1/2" 0
last "1 passed, 0 failed" "lua test --shard=2/2" 0

# Nothing, and what that means.
run "lua test -f nosuch"
[ "$status" = 5 ] || fail "nothing selected: status $status"
case $err in *"no test was selected"*) ;; *) fail "it says so: $err" ;; esac
last "0 passed, 0 failed" "lua test -f nosuch --allow-empty" 0
mkdir empty
run "lua test empty"
[ "$status" = 5 ] || fail "an empty folder: status $status"
run "lua test --shard 4/4"
[ "$status" = 5 ] || fail "an empty shard: status $status"

# --list runs nothing.
run "lua test --list"
[ "$status" = 0 ] && [ "$out" = "test/a_test.lua:2 › one
test/a_test.lua:3 › two (slow)
test/sub/test_b.lua:2 › one" ] || { fail "--list"; show; }
run "lua test --list -r json -f two"
[ "$(printf '%s\n' "$out" | grep -c '"event":"test"')" = 1 ] ||
  { fail "--list -r json"; show; }

# What failed the last time: only that, and not what passed since.
rm -rf .plait
run "lua test --failed"
[ "$status" = 5 ] || fail "nothing has failed yet: status $status"
last "1 passed, 1 failed" "lua test test/bad.lua" 1
last "0 passed, 1 failed" "lua test --failed test/a_test.lua test/bad.lua" 1
last "0 passed, 1 failed" "lua test --failed-first --failed test/bad.lua" 1
sed 's/error("no luck")//' test/bad.lua >repaired && mv repaired test/bad.lua
last "1 passed, 0 failed" "lua test --failed test/bad.lua" 0
run "lua test --failed test/bad.lua"
[ "$status" = 5 ] || fail "it passes now: status $status"
rm -rf .plait
echo garbage >.plait
last "2 passed, 0 failed" "lua test other" 0
rm -f .plait

# A file that was not there, or does not load, is a failure of its own kind.
run "lua test nosuch_test.lua"
[ "$status" = 2 ] || fail "no such file: status $status"
case $err in *nosuch_test.lua*) ;; *) fail "it is named: $err" ;; esac
echo 'local x = = 1' >broken_test.lua
last "3 passed, 1 failed" "lua test test broken_test.lua" 1
case $out in *"broken_test.lua:1"*) ;; *) fail "where it is broken"; show ;; esac

# arg, and the helper, which is loaded before each file.
cat >test/helper.lua <<'END'
helped = (helped or 0) + 1
END
cat >other/args_test.lua <<'END'
local test = require "plait.test"
test("arguments", function()
  assert(arg[0] == "other/args_test.lua" and arg[1] == "x" and arg[2] == "-y" and #arg == 2)
  assert(helped == 1)
end)
END
last "1 passed, 0 failed" "lua test other/args_test.lua -- x -y" 0
last "1 passed, 0 failed" "lua test --isolation none other/args_test.lua -- x -y" 0
rm test/helper.lua

# A line of usage that makes no sense.
for words in --nosuch "-j 0" "-j" "--shard 3/2" "--timeout never" "--leaks maybe" \
  "--seed -1" "-r nosuch" "-r tap -r dot" "--list=x" "--replay x --explore 3" \
  "--strategy random" "--explore 3 --strategy dfs" "-r junit=nosuch/x.xml"; do
  run "lua test $words other/a_test.lua"
  [ "$status" = 2 ] || fail "status of '$words': $status"
  [ -z "$out" ] && [ -n "$err" ] || { fail "'$words' is refused"; show; }
done
case $err in *nosuch/x.xml*) ;; *) fail "the file is named: $err" ;; esac
run "lua test --filtre x"
case $err in *"there is --filter"*) ;; *) fail "the nearest option: $err" ;; esac

run "lua test --help"
[ "$status" = 0 ] || fail "status of --help: $status"
case $out in "usage: plait test"*) ;; *) fail "--help shows the usage" ;; esac
printf '%s\n' "$out" | awk 'length > 79 { exit 1 }' || fail "--help fits on a line"

finish
