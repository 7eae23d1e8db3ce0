#!/bin/sh
# The module leaves a script what it has: functions that it has replaced, coroutines
# and hooks that there are, a strict table of globals, other states.
. "$(dirname "$0")/support/module.sh"

# Coroutines from before: suspended, in weak tables, in upvalues, not begun.
cat >before.lua <<'END'
local weak = setmetatable({}, { __mode = "kv" })
local function body(n)
  local m = coroutine.yield(n)
  local plait = require "plait"
  plait.sleep(0.001)
  return m + plait.await(plait.async(function() plait.sleep(0.001) return n end))
end
local function begin(n)
  local co = coroutine.create(body)
  assert(select(2, coroutine.resume(co, n)) == n)
  return co
end
local wrapped = coroutine.wrap(body)
wrapped(3)
local one, fresh = begin(1), coroutine.create(body)
weak[begin(5)] = true
local held = next(weak)
local inside = coroutine.wrap(function()
  local inner = begin(7)
  coroutine.yield()
  return select(2, coroutine.resume(inner, 70))
end)
inside()
local in_coroutine = coroutine.wrap(function() return require "plait" end)
local resume = coroutine.resume
local plait = in_coroutine()
print(select(2, coroutine.resume(one, 10)), wrapped(30), inside())
print(select(2, resume(held, 50)), coroutine.resume(fresh, 9))
print(select(2, plait.await(plait.async(coroutine.resume, fresh, 90))))
print(plait.await(plait.async(function() return coroutine.wrap(function() plait.sleep(0.001) return "in" end)() end)))
END
gives "lua before.lua" 0 '11	33	77
55	true	9
99
in'

# What has been replaced stays; a hook goes on; globals may be strict.
cat >replaced.lua <<'END'
local printed = {}
local stock = { pcall = pcall, write = io.write, print = print, resume = coroutine.resume }
function print(...) printed[#printed + 1] = ... end
local my_print, my_wrap = print, function(f) return coroutine.create(f) end
coroutine.wrap = my_wrap
io.mine = 5
os.exit_ = nil
setmetatable(_G, { __index = function(_, name) error("no global " .. name, 2) end,
  __newindex = function(_, name) error("new global " .. name, 2) end })
local lines = 0
debug.sethook(function(event, line) lines = lines + 1 end, "l")
local plait = require "plait"
local seen = lines
local f, mask = debug.gethook()
plait.sleep(0.001)
assert(lines > seen and type(f) == "function" and mask == "l")
debug.sethook()
assert(print == my_print and coroutine.wrap == my_wrap and io.mine == 5)
assert(pcall ~= stock.pcall and coroutine.resume ~= stock.resume and io.write ~= stock.write)
assert(getmetatable(_G).__index and not rawget(_G, "async"))
print("kept")
assert(printed[1] == "kept")
assert(plait.await(plait.async(function() return select("#", pcall(error, 1)) end)) == 2)
assert(plait.await(plait.spawn_thread(function() return 6 end)) == 6)
stock.print "good"
END
gives "lua replaced.lua" 0 good

# Modules that were required before travel by name.
mkdir lib
echo 'local m = { n = 0 } function m.f() m.n = m.n + 1 return m.n end return m' >lib/counting.lua
gives "LUA_PATH='lib/?.lua;;' lua -l counting -e 'plait = require \"plait\"
  print(plait.await(plait.spawn_thread(counting.f)), plait.await(plait.spawn_process(counting.f)), counting.f())'" 0 '1	1	1'

# Where there is no plait program, or one that is none.
gives "PLAIT_HELPER=/nonexistent lua -e 'plait = require \"plait\"
  print(select(2, pcall(plait.spawn_process, function() end)))
  print(plait.await(plait.spawn_process(\"true\")))'" 0 "(command line):2: cannot start process: no plait program is known that could run it: install the package 'plait', or name the program in PLAIT_HELPER (to the library: helper_path)
0"
gives "PLAIT_HELPER=/bin/true lua -e 'plait = require \"plait\"
  print(plait.kind(select(2, pcall(plait.await, plait.spawn_process(function() end)))))'" 0 died

# Another Lua is told which one is needed.
for other in lua5.3 lua5.1 luajit; do
  command -v $other >/dev/null || continue
  run "LUA_CPATH='$module_dir/?.so' $other -e 'require \"plait\"'"
  case $status:$err in
  1:*"needs Lua 5.4.4 or a later 5.4"*) ;;
  *) [ -n "${STOCK_LUA-}" ] || { fail "$other"; show; } ;;
  esac
done
finish
