#!/bin/sh
# plait --memory: a limit for each Lua state, at which an allocation fails, and
# which a script cannot ignore.
. "$(dirname "$0")/support/cli.sh"

endless='local t = {} for i = 1, math.huge do t[i] = ("x"):rep(1000) .. i end'

run "lua --memory 4M -e '$endless'"
[ "$status $err" = "1 lua: not enough memory" ] || fail "without end: $status $err"

# One that is caught is an error like others, wherever it happens.
gives "lua --memory 4M -e 'print(pcall(string.rep, \"x\", 1e8)) print(#(\"x\"):rep(1e6))'" 0 "false	not enough memory
1000000"
cat >strands.lua <<'END'
local function big() return #("x"):rep(1e8) end
print(pcall(await, spawn_thread(big)))
print(pcall(await, async(big)))
print(pcall(await, spawn_process(big)))
print(pcall(await, spawn_process(function() return await(spawn_thread(big)) end)))
END
gives "lua --memory 4M strands.lua" 0 "false	not enough memory
false	not enough memory
false	not enough memory
false	not enough memory"

# Garbage does not count: buffers of C functions, too.
gives "lua --memory 4M -e 'for i = 1, 30 do local s = (\"x\"):rep(1000000) .. i end local t = {} for i = 1, 30 do
  for j = 1, 1000 do t[j] = (\"x\"):rep(1000) end t = {table.concat(t)} end print \"done\"'" 0 done

# Whoever goes on for ever is stopped, in the main script, in a task, in a thread, in a coroutine.
cat >stubborn.lua <<'END'
local function endless() local t = {} for i = 1, math.huge do t[i] = ("x"):rep(1000) .. i end end
local function stubborn() while true do pcall(endless) end end
local function kind(handle) return plait.kind(select(2, pcall(await, handle))) end
print(kind(async(stubborn)), kind(spawn_thread(stubborn)), kind(spawn_process(stubborn)))
print(kind(async(function() while true do pcall(string.rep, "x", 1e8) end end)))
print(kind(async(coroutine.wrap(stubborn))))
local closed = false
print(kind(async(function()
    local _ <close> = setmetatable({}, { __close = function() closed = #("x"):rep(10000) end })
    stubborn()
end)), closed)
stubborn()
END
run "lua --memory 4M stubborn.lua"
[ "$status $out" = "1 memory	memory	memory
memory
memory
memory	10000" ] || fail "stubborn: $status $out $err"
case $err in "lua: not enough memory: stopped, since it went on at the limit of 4194304 bytes"*) ;; *) fail "stubborn: $err" ;; esac

# Finalizers obey it, at the end as well.
run "lua --memory 4M -e 'setmetatable({}, {__gc = function() $endless end})'"
case $err in *"error in __gc"*"not enough memory"*) ;; *) fail "finalizer: $err" ;; esac

for size in '' 1 1023K 1.5M 9999999999999G 4X x -1; do
  run "lua '--memory=$size' -e ''"
  [ "$status" -eq 2 ] || fail "--memory=$size: status $status"
  case $err in *"'--memory' needs a size of at least 1M"*) ;; *) fail "--memory=$size: $err" ;; esac
done
gives "lua --memory 1048576 -e 'print(1)'" 0 1

finish
