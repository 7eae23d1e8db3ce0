#!/bin/sh
# Threads, processes and tasks print lines of 10 KB into one pipe, and into one
# file: every line arrives whole, and each strand's in order.
. "$(dirname "$0")/support/cli.sh"

count=200
case ${PLAIT_PRESET:-release} in asan | tsan) count=40 ;; esac

cat >talk.lua <<'END'
local count = tonumber(arg[1])
local function talk(name)
  local text = name:rep(10000)
  for i = 1, count do
    if i % 3 == 0 then
      io.write(name, " ", i, " ", text, "\n")
    else
      print(name .. " " .. i .. " " .. text)
    end
  end
end
for _, name in ipairs{"a", "b", "c"} do spawn_thread(talk, name) end
for _, name in ipairs{"d", "e", "f"} do spawn_process(talk, name) end
spawn_process(function() spawn_thread(talk, "g") talk("h") end)
async(talk, "i")
talk("j")
END

# check_lines NAME: the lines of standard input.
check_lines() {
  awk -v count="$count" -v where="$1" '
    NF != 3 || length($3) != 10000 { bad++; next }
    { text = $3; gsub($1, "", text) }
    text != "" || $2 != last[$1] + 1 { bad++ }
    { last[$1] = $2 }
    END {
      for (name in last) if (last[name] == count) whole++
      if (bad > 0 || whole != 10 || NR != 10 * count) {
        printf "%s: %d lines, %d bad, %d strands whole\n", where, NR, bad, whole
        exit 1
      }
    }'
}

{ "$plait" talk.lua "$count" </dev/null; echo $? >status; } |
  check_lines pipe || fail "lines into a pipe"
[ "$(cat status)" = 0 ] || fail "status with a pipe: $(cat status)"

"$plait" talk.lua "$count" >file </dev/null || fail "status with a file: $?"
check_lines file <file || fail "lines into a file"

# Processes start while threads are printing already.
cat >start.lua <<'END'
local function talk(name)
  for _ = 1, 40 do print(name:rep(10000)) end
end
for name in ("abcdefgh"):gmatch(".") do spawn_thread(talk, name) end
spawn_process(talk, "p")
spawn_process(talk, "q")
END
for round in 1 2 3 4 5; do
  "$plait" start.lua </dev/null | awk '
    { text = $0; gsub(substr($0, 1, 1), "", text) }
    text != "" || length != 10000 { bad++ }
    END { if (bad > 0 || NR != 400) exit 1 }' ||
    fail "processes that start while threads print (round $round)"
done

finish
