#!/bin/sh
# Options where plait has more to say than lua, and command lines that make
# no sense: those have status 2.
. "$(dirname "$0")/support/cli.sh"

copyright="Lua 5.4.*PUC-Rio"

run "lua -v"
[ "$status" = 0 ] || fail "status of -v: $status"
case $(printf '%s\n' "$out" | sed -n 1p) in
"plait "[0-9]*) ;;
*) fail "-v names the version of plait: $out" ;;
esac
printf '%s\n' "$out" | sed -n '$p' | grep -q "^$copyright\$" ||
  fail "-v ends with the line of Lua: $out"

run "lua -v -e 'print(1)'"
[ "$(printf '%s\n' "$out" | sed -n '$p')" = 1 ] || fail "-v goes on with -e"
echo 'print("ran")' >script.lua
run "lua -v script.lua"
[ "$(printf '%s\n' "$out" | sed -n '$p')" = ran ] ||
  fail "-v goes on with the script"

run "lua --version"
[ "$status" = 0 ] || fail "status of --version: $status"
printf '%s\n' "$out" | grep -q '^plait [0-9][0-9.]* (Lua 5\.4[0-9.]*)$' ||
  fail "--version: $out"
run "lua -e 'print(1)' --version script.lua"
[ "$(printf '%s\n' "$out" | wc -l)" = 1 ] || fail "--version runs nothing"

run "lua --help"
[ "$status" = 0 ] || fail "status of --help: $status"
[ -z "$err" ] || fail "--help is no error: $err"
for word in -e -i -l -v -E -W -- --seed --clock --help --version repl help; do
  printf '%s\n' "$out" | grep -q -- "^ .*$word " || fail "--help names $word"
done
gives "lua script.lua --help" 0 ran

usage_of() {
  gives "$1" 2 "" "lua: $2"
  printf '%s\n' "$err" | sed -n 2p |
    grep -q '^usage: lua \[options\] \[script \[args\]\]$' ||
    fail "$1 shows the usage"
}
gives "lua --clock virtual -e 'sleep(1000) print(plait.now())'" 0 1000.0
gives "lua --clock=virtual --clock real -e 'print(os.time() > 1e9)'" 0 true
usage_of "lua --clock" "'--clock' needs 'virtual' or 'real'"
usage_of "lua --clock=fast script.lua" "'--clock' needs 'virtual' or 'real'"
usage_of "lua -h" "unrecognized option '-h'"
usage_of "lua -x" "unrecognized option '-x'"
usage_of "lua ---" "unrecognized option '---'"
usage_of "lua --nosuch" "unrecognized option '--nosuch'"
usage_of "lua --helpx" "unrecognized option '--helpx'"
usage_of "lua -Ex" "unrecognized option '-Ex'"
usage_of "lua -Wx" "unrecognized option '-Wx'"
usage_of "lua -vv" "unrecognized option '-vv'"
usage_of "lua -iv" "unrecognized option '-iv'"
usage_of "lua -e" "'-e' needs argument"
usage_of "lua -e -v" "'-e' needs argument"
usage_of "lua -l" "'-l' needs argument"
usage_of "lua -l -- script.lua" "'-l' needs argument"
usage_of "lua -e 'print(1)' -x" "unrecognized option '-x'"

# The name in messages is the one the program was called by.
"$plait" -x 2>&1 | grep -qF "$plait: unrecognized option" ||
  fail "the program's name in messages"

finish
