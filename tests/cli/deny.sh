#!/bin/sh
# plait --deny: each of the words denies what it says, and nothing else; for
# every public function. Threads and child processes are bound too.
. "$(dirname "$0")/support/cli.sh"

table=$source_dir/tests/cli/support/deny.lua
mkdir box box/made
echo text >box/file
echo 'return 1' >box/text.lua
"$plait" -e 'io.open("box/code.lua", "wb"):write(string.dump(function() end)):close()' || fail "cannot write bytecode"

# check LIST WORD...: what is denied by the list, in single words
check() {
  list=$1
  shift
  status=0
  timeout -k 5 60 "$plait" ${list:+"--deny=$list"} "$table" "$PWD/box" "$@" </dev/null >out 2>err || status=$?
  [ "$status" -eq 8 ] || fail "--deny $list: $status: $(head -n 20 err)"
}

all='fs-read fs-write net-connect net-listen process threads env native bytecode debug signals stdio'
check ''
for word in $all; do check "$word" "$word"; done
# shellcheck disable=SC2086
check all $all
check all,-stdio,-env fs-read fs-write net-connect net-listen process threads native bytecode debug signals
check fs,net fs-read fs-write net-connect net-listen

# In the strands that a script starts.
cat >strands.lua <<'END'
local function try() return select(2, pcall(os.getenv, "HOME")) end
print(plait.kind(try()), plait.kind(await(spawn_thread(try))), plait.kind(await(to_thread(try))))
local function deep() return plait.kind(try()), plait.kind(await(spawn_thread(try))), plait.kind(await(spawn_process(try))) end
print(await(spawn_process(deep)))
print(plait.kind(plait.Pool(1):map(try, { 1 })[1]), plait.kind(plait.Pool{ processes = 1 }:map(try, { 1 })[1]))
END
gives "lua --deny env strands.lua" 0 "denied	denied	denied
denied	denied	denied
denied	denied"

# Functions still travel to threads when bytecode is denied, and so do modules.
gives "lua --deny bytecode -e 'local n = 3; print(await(spawn_thread(function() return n end)), require \"plait.queue\" ~= nil)'" 0 \
  "3	true"

# A script in bytecode, and a module.
run "lua --deny bytecode box/code.lua"
[ "$status" -eq 1 ] || fail "bytecode as a script: $status"
cp box/code.lua code.lua
echo 'return {text = true}' >text.lua
gives "lua --deny bytecode -e 'print(require(\"text\").text, (select(2, pcall(require, \"code\")):match(\"denied: bytecode[^\\n]*\")))'" 0 \
  "true	denied: bytecode: require('code')"
gives "lua -e 'print(pcall(require, \"code\"))'" 0 "true	true	./code.lua"

# What the error says.
gives "lua --deny fs-write -e 'print(pcall(io.open, \"a\\nb\" .. (\"x\"):rep(200), \"w\"))'" 0 \
  "false	(command line):1: denied: fs write: io.open('a
b$(printf 'x%.0s' $(seq 97))...')"

# Words that are none.
for list in '' nothing fs, fs-Read -fs all,nothing; do
  run "lua '--deny=$list' -e ''"
  [ "$status" -eq 2 ] || fail "--deny=$list: status $status"
  case $err in *"'--deny' needs a list"*) ;; *) fail "--deny=$list: $err" ;; esac
done

finish
