#!/bin/sh
# Many strands: the memory stays flat, no descriptor, thread or zombie is left.
. "$(dirname "$0")/support/cli.sh"

threads=2000 processes=200 tasks=20000 megabytes=8
case ${PLAIT_PRESET:-release} in
# A sanitizer keeps freed memory back for a while.
asan | tsan) threads=200 processes=20 tasks=2000 megabytes=1000 ;;
esac

cat >measure.lua <<'END'
-- What a program holds, as numbers.
local measure = {}

local function lines_of(command)
  local out <close> = io.popen(command)
  return out:read("n")
end

function measure.memory() -- KiB
  collectgarbage()
  collectgarbage()
  local file <close> = io.open("/proc/self/status")
  return tonumber(file:read("a"):match("\nVmRSS:%s*(%d+)"))
end

function measure.descriptors()
  return lines_of("ls /proc/" .. plait.pid() .. "/fd | wc -l")
end

function measure.threads()
  return lines_of("ls /proc/" .. plait.pid() .. "/task | wc -l")
end

-- Children that have ended and were not reaped, and others than popen's own.
function measure.children()
  return lines_of("cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^[0-9]* (.*) //' |" ..
    " awk '$2 == " .. plait.pid() .. "' | wc -l") - 1
end

return measure
END

cat >many.lua <<'END'
local measure = require "measure"
local verb, count, megabytes = arg[1], tonumber(arg[2]), tonumber(arg[3])
local start = _G[verb]
local function round(n)
  for i = 1, n do
    assert(await(start(function(a) return a end, i)) == i)
    if i % 5 == 0 then
      assert(not pcall(await, start(error, "an error")))
    end
  end
end
round(count // 10)
local memory, descriptors = measure.memory(), measure.descriptors()
round(count)
local growth = measure.memory() - memory
assert(growth < megabytes * 1024, "memory grew by " .. growth .. " KiB")
-- What has just ended may take a moment to disappear.
local function check(what, limit)
  local is
  for _ = 1, 50 do
    is = measure[what]()
    if is <= limit then return end
    sleep(0.01)
  end
  error(("%s: %d, not %d"):format(what, is, limit))
end
check("descriptors", descriptors)
check("children", 0)
check("threads", 40)
print("ok")
END

gives "lua many.lua spawn_thread $threads $megabytes" 0 ok
gives "lua many.lua to_thread $threads $megabytes" 0 ok
gives "lua many.lua spawn_process $processes $megabytes" 0 ok
gives "lua many.lua async $tasks $megabytes" 0 ok

# All of them alive at once.
cat >alive.lua <<'END'
local count = tonumber(arg[1])
local gate, handles = plait.Channel(), {}
for i = 1, count do
  handles[i] = async(function() return gate:recv() or i end)
end
sleep(0)
for i = 1, count do assert(handles[i]:status() == "waiting") end
gate:close()
local sum = 0
for i = 1, count do sum = sum + await(handles[i]) end
print(sum == count * (count + 1) // 2)
END
gives "lua alive.lua $tasks" 0 true

# Threads and processes at once, as many as a machine has no cores for.
cat >both.lua <<'END'
local handles, sum = {}, 0
for i = 1, 100 do handles[#handles + 1] = spawn_thread(function() sleep(0.05) return i end) end
for i = 1, 20 do handles[#handles + 1] = spawn_process(function() sleep(0.05) return i end) end
for _, handle in ipairs(handles) do sum = sum + await(handle) end
print(sum)
END
gives "lua both.lua" 0 5260

finish
