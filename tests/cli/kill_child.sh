#!/bin/sh
# kill -9 of a child at random moments, from its start on: the parent gets an
# error of kind "died" each time and goes on; what it shared goes on working.
. "$(dirname "$0")/support/cli.sh"

count=100 longest=0.03
case ${PLAIT_PRESET:-release} in asan | tsan) count=20 longest=1 ;; esac

cat >killer.lua <<'END'
local count, longest = tonumber(arg[1]), tonumber(arg[2])
local channel, lock, value = plait.Channel(4), plait.Lock(), plait.Value(0)
local received = 0
async{ function() for _ in channel do received = received + 1 end end, daemon = true }

local function work(big)
  while true do
    channel:send(big)
    value:add(1)
    if pcall(lock.acquire, lock) then lock:release() else lock:recover() end
    spawn_thread(math.max, 1, 2)
  end
end

local big = { text = ("x"):rep(100000), list = {} }
for i = 1, 100 do big.list[i] = { i } end
for i = 1, count do
  local process = spawn_process(work, big)
  sleep(math.random() * longest)
  process:kill()
  local ok, err = pcall(await, process)
  assert(not ok and plait.kind(err) == "died", tostring(err))
  assert(err.signal == 9 and err.pid == process.pid and process.signal == 9)
end
assert(received > 0, "no child came so far as to send")

-- Everything is as it was for those who come later.
if pcall(lock.try, lock) then lock:release() else lock:recover() end
value.value = 0
print(await(spawn_process(function()
  for i = 1, 10 do value:add(1) channel:send(i) end
  return lock:with(function() return value.value end)
end)))
END

"$plait" --stall off killer.lua "$count" "$longest" >out 2>err </dev/null
status=$?
[ "$status" = 0 ] || fail "status $status"
[ "$(cat out)" = 10 ] || fail "output: $(cat out)"
[ ! -s err ] || fail "errors: $(head -n 20 err)"

# The same from outside, at the command of the shell.
cat >victim.lua <<'END'
local process = spawn_process(function() while true do end end)
print(process.pid)
io.stdout:flush()
local ok, err = pcall(await, process)
print(ok, plait.kind(err), err.signal)
END
mkfifo said
"$plait" --stall off victim.lua >said 2>err &
{
  read -r child
  kill -9 "$child"
  cat >rest
} <said
wait $! || fail "status $? after a kill from outside"
[ "$(cat rest)" = "false	died	9" ] || fail "after a kill from outside: $(cat rest)"

finish
