#!/bin/sh
# plait --stall S, --stall off, --preempt: also in the processes it starts.
. "$(dirname "$0")/support/cli.sh"

cat >busy.lua <<'END'
local function busy()
    async(function() end)
    local start = os.clock()
    while os.clock() - start < 0.5 do local t = {} end
end
busy()
await(spawn_process(busy))
END
"$plait" --stall 0.1 busy.lua >out 2>err || fail "status $?"
[ "$(grep -c 'without waiting (busy.lua:4)' err)" = 2 ] || fail "told of: $(cat err)"
for off in "--stall off" "--stall=off" "--stall 100"; do
  # shellcheck disable=SC2086 # one or two words
  "$plait" $off busy.lua >out 2>err || fail "$off: status $?"
  [ ! -s err ] || fail "$off: $(cat err)"
done

cat >turns.lua <<'END'
local function take_turns()
    local stop = false
    async(function() stop = true end)
    while not stop do local t = {} end
    return "in turns"
end
print(take_turns(), await(spawn_process(take_turns)), await(spawn_thread(take_turns)))
END
"$plait" --preempt turns.lua >out || fail "--preempt: status $?"
[ "$(cat out)" = "in turns	in turns	in turns" ] || fail "--preempt: $(cat out)"

for wrong in "--stall" "--stall x" "--stall 0" "--stall -1" "--stall=" "--stall nan"; do
  # shellcheck disable=SC2086 # one or two words
  "$plait" $wrong >out 2>err && fail "$wrong is accepted"
  grep -q "'--stall' needs a number of seconds, or 'off'" err || fail "$wrong: $(cat err)"
done
