#!/bin/sh
# progress = true of a pool: a line on a terminal, cleared at the end; nothing
# on a pipe.
. "$(dirname "$0")/support/cli.sh"
command -v script >/dev/null || skip "there is no program 'script'"

cat >map.lua <<'END'
local pool <close> = plait.Pool(2)
local gate, arrived = plait.Channel(math.huge), plait.Channel(math.huge)
local function work(i)
    if i == 50 then arrived:send(true) gate:recv() end
    return i
end
local list = {}
for i = 1, 100 do list[i] = i end
-- The last item ends when the line has been on the screen for a while.
plait.after(0.4, function() arrived:recv() gate:send(true) end)
if arg[1] == "imap" then
    local count = 0
    for _ in pool:imap(work, function() count = count + 1 return list[count] end, { progress = { label = "words", total = 100 } }) do end
elseif arg[1] == "unknown" then
    local count = 0
    for _ in pool:imap(work, function() count = count + 1 return list[count] end, { progress = true }) do end
elseif arg[1] == "fails" then
    pcall(pool.map, pool, function(i) work(i) if i == 50 then error("x") end end, list, { progress = true, chunk = 1 })
else
    pool:map(work, list, { progress = { label = "squares", width = 60 } })
end
print("done")
END

# on_terminal ARG: $shown is what the terminal got, a line for each picture.
on_terminal() {
  script -qec "$plait map.lua $1" /dev/null </dev/null >typed 2>&1 ||
    fail "$1: status $?"
  shown=$(tr '\r' '\n' <typed)
}

on_terminal map
echo "$shown" | grep -qE '^squares  *[0-9]+% \[=*  *\] [0-9]+/100  [0-9.]+[kM]?/s  ETA [0-9-]+:[0-9-]+' ||
  fail "no bar: $shown"
echo "$shown" | awk '/^squares/ && length($0) > 70 { exit 1 }' ||
  fail "the line is wider than was asked for"
# Cleared: the last picture is an empty line, and then comes the output.
[ "$(printf '%s\n' "$shown" | tail -n 1)" = "" ] || [ "$(printf '%s\n' "$shown" | grep -v '^$' | tail -n 1 | tr -d '\033')" = '[Kdone' ] ||
  fail "not cleared: $shown"

on_terminal imap
echo "$shown" | grep -qE '^words  *[0-9]+% .*/100  ' || fail "imap: $shown"
on_terminal unknown
echo "$shown" | grep -qE '^[0-9]+  [0-9.]+[kM]?/s  [0-9]+:[0-9][0-9]' ||
  fail "without a total: $shown"
on_terminal fails
[ "$(printf '%s\n' "$shown" | grep -v '^$' | tail -n 1 | tr -d '\033')" = '[Kdone' ] ||
  fail "not cleared after an error: $shown"

for way in map imap unknown fails; do
  gives "lua map.lua $way" 0 "done"
done
finish
