#!/bin/sh
# What makes no sense ends with a message that says what was wrong, and with a
# status that is not 0; never with a crash, and never without a word.
. "$(dirname "$0")/support/cli.sh"

# refuses CODE TEXT: a script with this code has status 1, and its errors
# contain the text.
refuses() {
  printf '%s\n' "$1" >script.lua
  run "lua script.lua"
  case $err in
  *"$2"*) [ "$status" = 1 ] && return ;;
  esac
  fail "$1"
  printf '  wanted status 1 and: %s\n' "$2"
  show
}

refuses 'async()' "async: argument 1 is no value, not a function"
refuses 'async(42)' "async: argument 1 is 42 (a number), not a function; write async(f, ...), not async(f(...))"
refuses 'spawn_thread(nil)' "spawn_thread: argument 1 is nil, not a function"
refuses 'spawn_thread(print())' "spawn_thread: argument 1 is no value, not a function"
refuses 'to_thread("x")' "to_thread: argument 1 is \"x\" (a string), not a function"
refuses 'spawn_process()' "spawn_process: argument 1 is no value, not a function"
refuses 'spawn_process(true)' "spawn_process: argument 1 is true (a boolean), not a function"
refuses 'spawn_process("")' "cannot start program ''"
refuses 'spawn_process{}' "spawn_process: value 1 of the table is no value, not a function"
refuses 'spawn_process("/")' "cannot start program '/'"
refuses 'spawn_process{"true", cwd = 1 == 2}' "spawn_process: cwd is false (a boolean), not a string"
refuses 'sleep("soon")' "bad argument #1 to 'sleep' (number expected, got string)"
refuses 'sleep(-1)' "bad argument #1 to 'sleep'"
refuses 'sleep(0/0)' "bad argument #1 to 'sleep'"
refuses 'await(async(print), "x")' "number expected, got string"
refuses 'plait.Channel("x")' "Channel"
refuses 'plait.Channel(-1)' "Channel"
refuses 'plait.Channel(1):send(nil)' "nil"
refuses 'plait.Value({})' "Value holds numbers, booleans and strings, not a table"
refuses 'gather(1)' "gather: argument 1 is 1 (a number), not a task"
refuses 'local h = spawn_thread(print) h.name = "x"' "cannot set field 'name' of a handle"

# Functions that cannot go along.
refuses 'spawn_thread(coroutine.wrap(print))' "cannot send to thread: the function is a C function with values of its own"
refuses 'local f = io.open("script.lua") spawn_process(function() f:read() end)' "cannot send to process: the function (captured 'f') is a userdata (FILE*)"
refuses 'local n = 0 spawn_thread(function() n = 1 end)' "assigns captured local 'n' (script.lua:1)"
refuses 'spawn_thread(function() x = 1 end)' "assigns global 'x' (script.lua:1)"

# A deep table, a ring of functions, keys of all sorts.
gives "lua -e 'local t = {} for i = 1, 200000 do t = {t} end
  local function depth(x) local n = 0 while x[1] do x, n = x[1], n + 1 end return n end
  print(await(spawn_thread(depth, t)), await(spawn_process(depth, t)))'" 0 "200000	200000"
gives "lua -e 'local f = print for i = 1, 5000 do local g = f f = function() return g end end
  print(type(await(spawn_process(f))))'" 0 function

# A million results: more than fit on the stack of Lua, an error or all of them.
for start in async spawn_thread spawn_process; do
  run "lua -e 'local list = {} for i = 1, 1000000 do list[i] = i end
    local h = $start(function() return table.unpack(list) end)
    local ok, n = pcall(function() return select(\"#\", await(h)) end)
    print(ok and n == 1000000 or not ok and tostring(n):find(\"too many results\") ~= nil or n)'"
  [ "$status $out$err" = "0 true" ] || { fail "a million results of $start"; show; }
  # Few less than fit where they are made, but not where they are awaited.
  run "lua -e 'local list = {} for i = 1, 999900 do list[i] = i end
    local h = $start(function() return table.unpack(list) end)
    print(pcall(function() return select(\"#\", await(h)) end))'"
  [ "$status" = 0 ] || { fail "999900 results of $start"; show; }
done

# Standard output that takes no more, or is closed, where strands print.
full() {
  run "$1"
  if [ "$status" = 0 ] || [ "$status" -gt 2 ] || [ -z "$err" ]; then
    fail "$1"
    show
  fi
}
for start in async spawn_thread to_thread spawn_process; do
  if [ -w /dev/full ]; then
    full "lua -e 'await($start(print, 1))' >/dev/full"
    full "lua -e '$start(print, 1)' >/dev/full"
    full "lua -e '$start(io.write, 1)' >/dev/full"
    full "lua -e '$start(function() for i = 1, 10000 do print(i) end end)' >/dev/full"
  fi
  full "lua -e '$start(print, 1)' >&-"
  gives "lua -e 'print(await($start(math.max, 1, 2)))' 2>&- <&-" 0 2
  gives "lua -e 'await($start(math.max, 1, 2))' >&- 2>&- <&-" 0 ""
done

# A reader that goes away.
run "lua -e 'for i = 1, 4 do spawn_thread(function() for j = 1, 1e5 do print(j) end end) end
  for i = 1, 2 do spawn_process(function() for j = 1, 1e5 do print(j) end end) end' | head -n 1"
[ "$status" = 0 ] && [ -n "$out" ] || { fail "a reader that goes away"; show; }

finish
