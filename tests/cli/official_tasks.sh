#!/bin/sh
# The test suite of Lua 5.4.4 (see official.sh) in tasks: preempted after each instruction, and interrupted by another thread again and again,
# 20,000 times; with PLAIT_STRESS=1 a million times.
. "$(dirname "$0")/support/cli.sh"
[ -n "${LUA_TESTES:-}" ] || skip "LUA_TESTES does not name the official suite"
[ -f "$LUA_TESTES/all.lua" ] || { echo "no all.lua in $LUA_TESTES"; exit 2; }

cp "$LUA_TESTES"/*.lua . && cp -R "$LUA_TESTES/libs" . && chmod -R u+w . || exit 2
# all.lua, and what is not part of it or starts the program itself, are left out.
files=$(ls ./*.lua | sed 's|^\./||' | grep -v -x -e all.lua -e main.lua -e heavy.lua -e tracegc.lua -e bwcoercion.lua)

# in_tasks slice|storm NUMBER FILE...
in_tasks() {
  "$plait" --stall off "$source_dir/tests/cli/support/official_tasks.lua" "$@" </dev/null >out 2>err && return
  fail "$*: status $?"
  tail -n 15 err
}

# shellcheck disable=SC2086 # names
in_tasks slice 1 $files
[ "$(sed -n 's/ turns$//p' err)" -gt 500000 ] || fail "others had $(tail -n 1 err)"

count=20000
[ -z "${PLAIT_STRESS:-}" ] || count=1000000
# shellcheck disable=SC2086 # names
in_tasks storm $count $files
grep -a interruptions err

finish
