#!/bin/sh
# plait ps: what a running program does, in text and as JSON; which ones run; and
# whom one cannot ask.
. "$(dirname "$0")/support/cli.sh"
. "$source_dir/tests/cli/support/signals.sh"

mkdir -m 700 "$work_dir/run"
export XDG_RUNTIME_DIR="$work_dir/run"

# start CODE: runs it in the background until it has said a line; $pid. A pipe of
# its own: children of the one before may still have that.
start() {
  rm said
  mkfifo said
  "$plait" -e "$1" >said 2>err </dev/null &
  pid=$!
  read -r _ <said
}

end() {
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null
}

# shows WORDS: a line of `plait ps` begins with them.
shows() {
  grep -q "^$1" "$work_dir/out" || {
    fail "'$1' is missing"
    show
  }
}

# A main script that computes.
start "$ready $forever"
run "lua ps $pid"
[ "$status" = 0 ] || fail "status $status"
shows "plait: process $pid, 1 strand\$"
shows "the main strand runs at (command line):1\$"
shows "    (command line):1: in main chunk\$"
# Again, and from two sides at once.
"$plait" ps "$pid" >first & one=$!
"$plait" ps "$pid" >second || fail "the second one"
wait "$one" || fail "the first one"
cmp first second || fail "they differ"

# The door is closed when nobody comes any more.
tries=0
while [ -e "$XDG_RUNTIME_DIR/plait/$pid.sock" ] && [ $tries -lt 200 ]; do
  tries=$((tries + 1))
  sleep 0.05
done
[ ! -e "$XDG_RUNTIME_DIR/plait/$pid.sock" ] || fail "the door stays open"
case $(stat -c %a "$XDG_RUNTIME_DIR/plait") in 700) ;; *) fail "mode of the directory" ;; esac
end

# One that waits, with all kinds of strands.
start "local lock = plait.Lock()
lock:acquire()
async{ function() lock:acquire() end, name = 'reader' }
local ch = plait.Channel()
spawn_thread{ function() ch:send(1) sleep(100) end, name = 'sleeper' }
spawn_process{ function() ch:send(1) sleep(100) end, name = 'child' }
spawn_process{ 'sleep', '100', name = 'program' }
ch:recv() ch:recv()
$ready
sleep(100)"
run "lua ps $pid"
[ "$status" = 0 ] || fail "status $status"
shows "the main strand waits (sleep) at (command line):10\$"
shows "task 1 'reader' waits (lock) at (command line):3 for Lock [0-9]*\$"
shows "    held by the main strand, acquired at (command line):2\$"
shows "thread [0-9]* 'sleeper' "
shows "process [0-9]* 'child' "
shows "process [0-9]* 'program' runs 'sleep 100'\$"

run "lua ps --json $pid"
[ "$status" = 0 ] || fail "status $status of JSON"
cp "$work_dir/out" strands.json
cat >check.lua <<'END'
local ok, cjson = pcall(require, "cjson")
if not ok then os.exit(77) end
local strands = cjson.decode(io.open("strands.json"):read("a"))
local by_name = {}
for _, s in ipairs(strands) do by_name[s.name or s.kind] = s end
assert(#strands == 5)
assert(by_name.main.state == "waiting" and by_name.main.wait == "sleep")
assert(by_name.reader.held_by == "the main strand" and by_name.reader.held_at == "(command line):2")
assert(by_name.reader.started_at == "(command line):3" and by_name.reader.id == 1)
assert(by_name.sleeper.kind == "thread" and by_name.sleeper.pid == by_name.main.pid)
assert(by_name.child.kind == "process" and by_name.child.parent == by_name.main.pid)
assert(by_name.program.kind == "program" and by_name.program.command == "sleep 100")
assert(by_name.main.traceback:find("^%[C%]: in function 'sleep'\n"))
END
run "lua check.lua"
[ "$status" = 0 ] || [ "$status" = 77 ] || { fail "JSON"; show; }

# Which ones run: the program, and not its child.
child=$(sed -n "s/^process \([0-9]*\) 'child'.*/\1/p" "$work_dir/out")
run "lua ps"
[ "$status" = 0 ] || fail "status $status of the list"
grep -q "^ *$pid  $plait -e " "$work_dir/out" || { fail "the list"; show; }
[ -n "$child" ] || child=$("$plait" ps "$pid" | sed -n "s/^process \([0-9]*\) 'child'.*/\1/p")
! grep -q "^ *$child " "$work_dir/out" || { fail "children are in the list"; show; }
run "lua ps --json"
grep -q "{\"pid\": $pid, " "$work_dir/out" || { fail "the list as JSON"; show; }

# A child can be asked, too.
run "lua ps $child"
shows "plait: process $child, 1 strand\$"
shows "the main strand waits (sleep) at (command line):6\$"

# Nobody reads it.
status=0
{ "$plait" ps "$pid"; echo $? >status; } 2>err | true
grep -q . err && fail "errors when nobody reads: $(cat err)"
if [ -w /dev/full ]; then
  gives "lua ps $pid >/dev/full" 1 "" "lua: cannot write to standard output: No space left on device"
fi

# One that is stopped.
kill -STOP "$pid"
gives "lua ps $pid" 1 "" "lua: process $pid does not answer: it may be stopped, or be in a C function that does not return"
kill -CONT "$pid"
end

# A directory that is not private is not used.
rm -rf "$XDG_RUNTIME_DIR/plait"
mkdir elsewhere
ln -s "$PWD/elsewhere" "$XDG_RUNTIME_DIR/plait"
start "$ready sleep(100)"
run "lua ps $pid"
[ "$status" = 0 ] || { fail "a link"; show; }
[ -z "$(ls elsewhere)" ] || fail "a link was followed"
end
rm "$XDG_RUNTIME_DIR/plait"
mkdir -m 755 "$XDG_RUNTIME_DIR/plait"
start "$ready sleep(100)"
run "lua ps $pid"
[ "$status" = 0 ] || { fail "an open directory"; show; }
[ -z "$(ls "$XDG_RUNTIME_DIR/plait")" ] || fail "an open directory was used"
end

# What the dead have left behind is removed, and nothing else.
chmod 700 "$XDG_RUNTIME_DIR/plait"
: >"$XDG_RUNTIME_DIR/plait/$pid.sock"
: >"$XDG_RUNTIME_DIR/plait/$$.sock"
: >"$XDG_RUNTIME_DIR/plait/x.sock"
run "lua ps"
[ ! -e "$XDG_RUNTIME_DIR/plait/$pid.sock" ] || fail "a stale socket"
[ -e "$XDG_RUNTIME_DIR/plait/$$.sock" ] || fail "the socket of one that lives"
[ -e "$XDG_RUNTIME_DIR/plait/x.sock" ] || fail "another file"

# Whom one cannot ask.
gives "lua ps $pid" 1 "" "lua: there is no process $pid"
sleep 100 &
other=$!
run "lua ps $other"
[ "$status" = 1 ] || fail "status of another program"
case $err in "lua: process $other is no plait program ("*) ;; *) fail "another program: $err" ;; esac
kill "$other"
gives "lua ps abc" 2 "" "lua: 'abc' is no number of a process"
gives "lua ps 0" 2 "" "lua: '0' is no number of a process"
gives "lua ps 99999999999999999999" 2 "" "lua: '99999999999999999999' is no number of a process"
gives "lua ps -x" 2 "" "lua: usage: lua ps [--json] [PID]"
gives "lua ps 1 2" 2 "" "lua: usage: lua ps [--json] [PID]"
if [ "$(id -u)" = 0 ] && setpriv --reuid=65534 --clear-groups "$plait" -e '' 2>/dev/null; then
  start "$ready sleep(100)"
  gives "setpriv --reuid=65534 --clear-groups $plait ps $pid" 1 "" \
    "$plait: process $pid belongs to another user"
  end
fi

finish
