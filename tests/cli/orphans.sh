#!/bin/sh
# No orphans: after a kill -9 of a program, its children are gone within a
# second, whether they wait or compute, and theirs, and external programs.
. "$(dirname "$0")/support/cli.sh"

limit=10 # tenths of a second
case ${PLAIT_PRESET:-release} in asan | tsan) limit=50 ;; esac

cat >family.lua <<'END'
local function idle()
  print(plait.pid(), "idle")
  sleep(600)
end
local function busy()
  print(plait.pid(), "busy")
  while true do end
end
local function parent(name)
  print(plait.pid(), name)
  spawn_process(idle)
  spawn_process(busy)
  print(spawn_process("sleep", "600").pid, "program of a child")
  sleep(600)
end
spawn_process(idle)
spawn_process(busy)
spawn_process(parent, "parent")
spawn_process(function()
  spawn_thread(parent, "parent in a thread")
  print(plait.pid(), "busy parent")
  while true do end
end)
spawn_thread(function() spawn_process(idle) sleep(600) end)
print(spawn_process("sleep", "600").pid, "program")
sleep(600)
END
members=13 # lines that are printed; a thread prints the number of its process

# gone PID: there is no such process, or it is dead and only not yet reaped.
gone() {
  ! [ -e "/proc/$1/stat" ] ||
    case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in
    "" | [ZX]*) true ;;
    *) false ;;
    esac
}

# wait_for TENTHS COMMAND...: tries until it is true.
wait_for() {
  tries=$1
  shift
  while ! "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

complete() { [ "$(wc -l <pids)" -ge "$members" ]; }
all_gone() {
  while read -r member _; do
    gone "$member" || return 1
  done <pids
}

"$plait" family.lua >pids 2>err </dev/null &
parent=$!
wait_for 300 complete || fail "the family did not start: $(cat pids err)"
[ "$(wc -l <pids)" = "$members" ] || fail "the family has $(wc -l <pids) members"
while read -r member name; do
  ! gone "$member" || fail "$name ($member) is not alive"
done <pids

kill -9 "$parent"
wait "$parent" 2>/dev/null
wait_for "$limit" all_gone || fail "still there $limit tenths of a second later:"
while read -r member name; do
  if ! gone "$member"; then
    printf '  %s (%s)\n' "$name" "$member"
    kill -9 "$member"
  fi
done <pids

finish
