#!/bin/sh
# A stock interpreter that requires plait has tasks, threads and processes, waits at
# top level, and gets no global variables unless it asks for them.
. "$(dirname "$0")/support/module.sh"

gives "lua -e 'plait = require \"plait\"; print(plait.await(plait.async(function() plait.sleep(0.01) return 1 end)))'" 0 1
gives "lua -e 'plait = require \"plait\"; print(plait.await(plait.spawn_thread(function(n) return n end, 2)))'" 0 2
gives "lua -e 'plait = require \"plait\"; print(plait.await(plait.spawn_process(function(n) return n end, 3)))'" 0 3
gives "lua -l plait -e 'print(plait.repr(plait.gather(plait.async(function() return 4 end))))'" 0 '{4, n = 1}'

cat >globals.lua <<'END'
local function list()
  local names = {}
  for name in pairs(_G) do names[#names + 1] = name end
  table.sort(names)
  return table.concat(names, " ")
end
local before = list()
local plait = require "plait"
assert(list() == before, list())
assert(require "plait" == plait and package.loaded.plait == plait)
assert(package.loadlib(package.searchpath("plait", package.cpath), "luaopen_plait")() == plait)
assert(plait.globals() == plait)
assert(async == plait.async and await == plait.await and sleep == plait.sleep and gather == plait.gather)
assert(spawn_thread and spawn_process and to_thread and _G.plait == plait)
print "good"
END
gives "lua globals.lua" 0 good

# One script, all of it at once; and as bytecode.
cat >all.lua <<'END'
local plait <close> = require "plait"
plait.globals()
local function numbers(count) -- a generator that waits
  return coroutine.wrap(function()
    for i = 1, count do sleep(0.001) coroutine.yield(i) end
  end)
end
local function sum(count)
  local n = 0
  for i in numbers(count) do n = n + i end
  return n
end
print(sum(3), await(async(sum, 4)), await(spawn_thread(sum, 5)), await(spawn_process(sum, 6)))
local lock, total, ch = plait.Lock(), plait.Value(0), plait.Channel(2)
local function work() for n in ch do lock:with(function() total:add(n) end) end end
local workers = { async(work), spawn_thread(work), spawn_process(work) }
for n = 1, 30 do ch:send(n) end
ch:close()
gather(workers)
print(total.value)
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
  local pool <close> = plait.Pool(options)
  print(plait.repr(pool:map(function(n) return n * n end, { 1, 2, 3 })))
end
print(plait.timeout(0.01, function() while true do local t = {} end end)) -- does not wait
print(pcall(await, async(error, "oops", 0)))
local ok, err = pcall(await, spawn_thread(function() error{ code = 7 } end))
print(ok, err.code)
local threading = require "plait.threading"
local t = threading.Thread{ target = function(n) print(n) end, args = { "in a thread" } }
t:start()
t:join()
print(plait.select{ plait.Channel(), timeout = 0.01 })
local n = 0
local _, why = pcall(spawn_thread, function() n = n + 1 end)
print(tostring(why):match("assigns captured local 'n'"))
END
all="6	10	15	21
465
[1, 4, 9]
[1, 4, 9]
nil	timeout
false	oops
false	7
in a thread
nil	timeout
assigns captured local 'n'"
gives "lua all.lua" 0 "$all"
if command -v luac5.4 >/dev/null; then
  luac5.4 -o all.luac all.lua
  gives "lua all.luac" 0 "$all"
fi
gives "LUA_INIT='plait = require \"plait\".globals()' lua -e 'print(await(async(function() return 1 end)))'" 0 1

# A deadlock is found.
run "lua -e 'local plait = require \"plait\" plait.Channel():recv()'"
case $status:$err in 1:*"deadlock: nothing can run any more"*) ;; *) fail "a deadlock"; show ;; esac
finish
