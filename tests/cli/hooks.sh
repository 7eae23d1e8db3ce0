#!/bin/sh
# Hooks of a script are called as in lua, also when plait interrupts the code again and again.
. "$(dirname "$0")/support/cli.sh"
[ -n "$lua" ] || skip "there is no lua5.4 to compare with"

cp "$source_dir/tests/cli/support/hooks.lua" . || exit 2
"$lua" hooks.lua >wanted || fail "lua: status $?"
for how in "" "main 1" "main 7" "task 1" "task 2" "task 7" "coroutine 1" "coroutine 7"; do
  # shellcheck disable=SC2086 # two words
  "$plait" hooks.lua $how >got || fail "$how: status $?"
  cmp -s wanted got && continue
  fail "hooks.lua $how"
  diff wanted got | head -n 20
done

# Nothing is called after the end, whatever is left there.
for mask in c r l crl; do
  same "lua -e 'debug.sethook(function(event, line) io.write(event, line or 0, \"\\n\") end, \"$mask\")' -e 'x = 1'"
  same_errors "lua -e 'debug.sethook(function() error(\"raised\", 0) end, \"$mask\")'"
done

finish
