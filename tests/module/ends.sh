#!/bin/sh
# How a script of a stock interpreter ends: strands are waited for, by <close>, by
# plait.finish or when the state is closed; errors nobody received count.
. "$(dirname "$0")/support/module.sh"

strands='local done = plait.Event()
plait.async(function() plait.sleep(0.02) print("task") done:set() end)
plait.spawn_thread(function() done:wait() print("thread") end)
plait.async{ function() while true do plait.sleep(10) end end, daemon = true }
local daemon = plait.spawn_process{ function() sleep(100) end, daemon = true }'
all="main
task
thread"
{ echo 'local plait <close> = require "plait"'; echo "$strands"; echo 'print "main"'; } >close.lua
{ echo 'local plait = require "plait"'; echo "$strands"; echo 'print "main" print(plait.finish())'; } >finish.lua
{ echo 'local plait = require "plait"'; echo "$strands"; echo 'print "main"'; } >neither.lua
gives "lua close.lua" 0 "$all"
gives "lua finish.lua" 0 "$all
true"
gives "lua neither.lua" 0 "$all"

# An error that nobody has received.
lost='plait.async(error, [[lost]], 0)'
for script in "plait = require 'plait' $lost" "local plait <close> = require 'plait' $lost"; do
  gives "lua -e \"$script\"" 1 "" "plait: lost"
done
gives "lua -e \"plait = require 'plait' $lost os.exit(plait.finish())\"" 1 "" "plait: lost"
gives "lua -e \"plait = require 'plait' $lost plait.on_unhandled(function(e) print(e) end)\"" 1 lost
gives "lua -e \"plait = require 'plait' plait.async(plait.Channel().recv, plait.Channel())\"" 70 "" \
  "plait: deadlock: nothing can run any more"

# An error leaves the block of <close>: nobody is waited for.
cat >fails.lua <<'END'
local plait <close> = require "plait"
plait.async(function()
  local _ <close> = setmetatable({}, { __close = function() print "cleaned up" end })
  plait.sleep(1000)
end)
plait.spawn_thread(function() sleep(1000) end)
plait.sleep(0.01)
error "why"
END
run "lua fails.lua"
case $status:$out:$err in 1:"cleaned up":*"fails.lua:8: why"*) ;; *) fail fails.lua; show ;; esac

# What was opened before the last task started is there for it; garbage is collected.
cat >late.lua <<'END'
local plait = require "plait"
local name = os.tmpname()
local file, ch = assert(io.open(name, "w")), plait.Channel(1)
local weak = setmetatable({}, { __mode = "k" })
plait.async(function()
  plait.sleep(0.02)
  local collected = false
  for round = 1, 800 do
    local garbage = string.rep("x", 100000) .. round
    weak[{}] = true
    if next(weak) == nil then collected = true end
    plait.yield()
  end
  local count = 0
  for _ in pairs(weak) do count = count + 1 end
  ch:send(1)
  local closed = pcall(plait.await, plait.async(function() return ch:recv() end))
  file:write("written")
  file:close()
  print(count < 800, closed, io.open(name):read("a"))
  os.remove(name)
end)
END
gives "lua late.lua" 0 "true	true	written"

# os.exit does not wait, from wherever it is called.
for where in 'os.exit(3)' 'os.exit(3, true)' 'local s = plait.spawn_thread(function() sleep(100) end) os.exit(3, true)' \
  'plait.async(function() os.exit(3) end) plait.sleep(10)' 'plait.async(function() os.exit(3, true) end) plait.sleep(10)' \
  'plait.spawn_thread(function() os.exit(3) end) plait.sleep(10)'; do
  gives "lua -e \"plait = require 'plait' plait.async(function() plait.sleep(1000) end) $where\"" 3 ""
done
# Nor does the stock one that was kept.
gives "lua -e \"exit = os.exit plait = require 'plait' plait.async(function() exit(3, true) end) plait.sleep(10)\"" 3 ""

# finish is not for tasks and threads; close does nothing there.
cat >inside.lua <<'END'
local plait <close> = require "plait"
local function try() return select(2, pcall(plait.finish)).kind end
print(plait.await(plait.async(try)), plait.await(plait.spawn_thread(try)))
plait.await(plait.async(function() local p <close> = require "plait" end))
plait.await(plait.spawn_thread(function() local p <close> = require "plait" end))
print(plait.finish(), plait.finish())
print(plait.await(plait.to_thread(function() return "again" end)))
local ok = coroutine.wrap(function() plait.async(plait.sleep, 0.01) return plait.finish() end)()
print(ok)
END
gives "lua inside.lua" 0 "usage	usage
true	true
again
true"
finish
