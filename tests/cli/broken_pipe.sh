#!/bin/sh
# A program whose output nobody reads any more ends without a word, by SIGPIPE,
# whichever strand prints; output that cannot be written otherwise is one error.
. "$(dirname "$0")/support/cli.sh"

# head_of CODE: the first line that it prints is read, no more.
head_of() {
  { "$plait" -e "$1" 2>err; echo $? >status; } | head -n 1 >out
  status=$(cat status)
}

quiet() {
  head_of "$1"
  [ "$status" = 141 ] || fail "status $status of: $1"
  [ -s out ] || fail "no output of: $1"
  [ ! -s err ] || fail "errors of: $1: $(head -n 5 err)"
}

forever='while true do print("x") end'
quiet "$forever"
quiet 'while true do io.write("x\n") end'
quiet 'while true do pcall(print, "x") end'
quiet "async(function() $forever end)"
quiet "async(function() $forever end) sleep(100)"
quiet 'async(function() while true do print("x") plait.yield() end end) sleep(100)'
quiet "spawn_thread(function() $forever end)"
quiet "spawn_thread(function() $forever end) while true do local t = {} end"
quiet "await(spawn_thread(function() $forever end))"
quiet "spawn_process(function() $forever end)"
quiet "await(spawn_process(function() $forever end))"
quiet "pcall(await, spawn_process(function() $forever end)) sleep(100)"
quiet "spawn_process(function() await(spawn_process(function() $forever end)) end)"
quiet "spawn_process(function() await(spawn_thread(function() $forever end)) end)"
quiet "local p <close> = plait.Pool{ threads = 2 } p:map(function() $forever end, { 1, 2, 3 })"
quiet "local p <close> = plait.Pool{ processes = 2 } p:map(function() $forever end, { 1, 2, 3 })"
# Another program prints.
quiet 'spawn_process("yes")'
quiet 'await(spawn_process("yes"))'

# Clean-up runs.
head_of 'local guard <close> = setmetatable({}, { __close = function() io.stderr:write("closed\n") end })
  while true do print("x") end'
[ "$status" = 141 ] && [ "$(cat err)" = closed ] || fail "clean-up: status $status, $(cat err)"

# Who awaits another program has its error, and goes on.
head_of 'print(1) io.stdout:flush()
  local ok, err = pcall(await, spawn_process("yes")) io.stderr:write(err.kind, " ", err.signal, "\n")'
[ "$status" = 0 ] && [ "$(cat err)" = "died 13" ] || fail "a program: status $status, $(cat err)"

# SIGPIPE that is ignored when the program starts stays so.
(
  trap '' PIPE
  head_of "$forever"
  [ "$status" = 1 ] && grep -q 'cannot write to standard output: Broken pipe' err
) || fail "SIGPIPE is ignored: $(cat err)"

# cannot_write CODE: status 1 and one message.
cannot_write() {
  for target in '>/dev/full' '>&-'; do
    status=0
    eval '"$plait" -e "$1" 2>err '"$target" || status=$?
    [ "$status" = 1 ] || fail "status $status with $target of: $1"
    [ "$(grep -c 'cannot write to standard output' err)" = 1 ] ||
      fail "errors with $target of: $1: $(cat err)"
  done
}
cannot_write 'print(1)'
cannot_write 'async(print, 1)'
cannot_write 'await(async(print, 1))'
cannot_write 'spawn_thread(print, 1)'
cannot_write 'await(spawn_thread(print, 1))'
cannot_write 'spawn_process(print, 1)'
cannot_write 'await(spawn_process(print, 1))'

finish
