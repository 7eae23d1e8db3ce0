#!/bin/sh
# plait --seed N: what is random repeats: what select takes, and math.random, in
# the main state and in the threads and processes it starts.
. "$(dirname "$0")/support/cli.sh"

cat >draw.lua <<'END'
local function draw()
    local a, b = plait.Channel(100), plait.Channel(100)
    for i = 1, 100 do a:send(i) b:send(i) end
    local t = {}
    for i = 1, 40 do t[i] = plait.select{a, b} == 1 and "a" or "b" end
    return table.concat(t) .. " " .. math.random(1000000)
end
print(draw())
local function inner() return draw() .. " " .. await(spawn_thread(draw)) end
for i = 1, 3 do
    print(await(spawn_thread(inner)))
    print(await(spawn_process(inner)))
    print(await(to_thread(draw)))
end
for _ = 1, 5 do await(spawn_thread(function() end)) end -- states are used again
print(await(spawn_thread(draw)), draw())
END

"$plait" --seed 42 draw.lua >first || fail "status of --seed 42: $?"
"$plait" --seed 42 draw.lua >second
"$plait" --seed 0x2a draw.lua >third
"$plait" --seed=42 draw.lua >equals
"$plait" --seed 43 draw.lua >other
"$plait" draw.lua >free
"$plait" draw.lua >free_again
cmp -s first second || fail "the same seed, other numbers: $(diff first second)"
cmp -s first third || fail "42 is 0x2a"
cmp -s first equals || fail "--seed=42 is not --seed 42"
cmp -s first other && fail "another seed, the same numbers"
cmp -s free free_again && fail "without a seed, the same numbers"
# Every strand has numbers of its own.
[ "$(tr ' ' '\n' <first | grep '[ab]' | sort | uniq -d)" = "" ] ||
  fail "two strands draw alike: $(cat first)"

# It is an option like others.
gives "lua --seed 1 -e 'print(#arg, arg[1], arg[2])'" 0 "4	--seed	1"
gives "lua -e 'print(1)' --seed 18446744073709551615 -e 'print(2)'" 0 "1
2"
echo 'print(...)' >script.lua
gives "lua --seed 5 script.lua --seed 6" 0 "--seed	6"
for wrong in "" x 1.5 -1 1x 0x "''" 18446744073709551616; do
  run "lua --seed $wrong"
  [ "$status" = 2 ] || fail "status of --seed $wrong: $status"
  [ "$(printf '%s\n' "$err" | sed -n 1p)" = \
    "lua: '--seed' needs a number, 0 or greater" ] ||
    fail "--seed $wrong: $err"
done
finish
