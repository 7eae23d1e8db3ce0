#!/bin/sh
# Ctrl-C: the first one cancels the whole program, says so in one line, and the
# process dies of it when clean-up is over.
. "$(dirname "$0")/support/cli.sh"
. "$source_dir/tests/cli/support/signals.sh"

# If somebody had to be left behind after 5 s, that would be further lines.
ends() {
  dies_of INT 130 "$1"
  grep -q 'interrupted' err || fail "no message of: $1"
}

# Where the main script is.
ends "$ready $forever"
grep -q 'interrupted at (command line):1$' err || fail "place: $(cat err)"
ends "coroutine.wrap(function() $ready $forever end)()"
ends "coroutine.wrap(function() coroutine.wrap(function() $ready $forever end)() end)()"
ends "pcall(function() $ready $forever end) $forever"
ends "$ready while true do pcall(function() $forever end) end"
ends "$ready while true do pcall(sleep, 100) local t = {} end"
ends "$ready sleep(100)"
ends "$ready plait.Channel():recv(100)"
ends "$ready plait.Channel():send(1, 100)"
ends "local l = plait.Lock() local t = async(function() l:acquire() sleep(100) end)
  plait.yield() $ready l:acquire()"
ends "local c = plait.Condition() $ready c:acquire() c:wait(100)"
ends "local e = plait.Event() $ready e:wait(100)"
ends "local task = async(sleep, 100) $ready await(task)"
ends "local thread = spawn_thread(sleep, 100) $ready await(thread)"
ends "local process = spawn_process(sleep, 100) $ready await(process)"
ends "local program = spawn_process('sleep', '100') $ready await(program)"
ends "local c = plait.Channel() $ready plait.select{ c, timeout = 100 }"
ends "coroutine.wrap(function() $ready sleep(100) end)()"
ends "for _ in coroutine.wrap(function() $ready while true do sleep(100) end end) do end"

# What it has started.
ends "async(function() $ready sleep(100) end)"
grep -q 'interrupted at the end of the script$' err || fail "end: $(cat err)"
ends "async(function() $ready $forever end)"
ends "async(function() $ready while true do pcall(function() $forever end) end end)"
ends "spawn_thread(function() $ready $forever end)"
ends "spawn_thread(function() $ready while true do pcall(function() $forever end) end end)"
ends "spawn_process(function() $ready $forever end)"
ends "spawn_process(function() spawn_process(function() $ready $forever end) sleep(100) end)"
ends "spawn_thread(function() async(function() $ready $forever end) end) sleep(100)"
ends "spawn_thread{ function() $ready sleep(100) end, daemon = true } sleep(100)"
ends "local p <close> = plait.Pool{ threads = 2 }
  p:map(function(i) if i == 1 then $ready end $forever end, { 1, 2, 3 })"
ends "local p <close> = plait.Pool{ processes = 2 }
  p:map(function(i) if i == 1 then $ready end $forever end, { 1, 2, 3 })"
ends "local p <close> = plait.Pool{ threads = 1 }
  p:submit(function() $ready $forever end) sleep(100)"

# Other programs get it from the terminal, too, and may be dead before they are
# told by us; that goes without saying. `setsid` gives them all a group of their own.
group() {
  setsid "$plait" "$option" -e "$1" >said 2>err </dev/null &
  {
    read -r pid
    kill -INT -"$pid"
    cat >rest
  } <said
  status=0
  wait $! || status=$?
  [ "$status" = 130 ] || fail "status $status of a group: $1"
  [ "$(wc -l <err)" = 1 ] || fail "errors of a group: $1: $(cat err)"
}
say_pid='print(plait.pid()) io.stdout:flush()'
group "local p = spawn_process('sleep', '100') $say_pid await(p)"
group "local p = spawn_process('sleep', '100') async(await, p) $say_pid sleep(100)"
group "spawn_process('sleep', '100') $say_pid sleep(100)"
group "spawn_thread(function() local p = spawn_process('sleep', '100') $say_pid await(p) end)"
group "local ch = plait.Channel() spawn_process(function() ch:send(1) sleep(100) end) ch:recv()
  $say_pid sleep(100)"

# Standard input that does not come.
mkfifo silent
exec 3<>silent
"$plait" "$option" -e "$ready local line = io.read() print(line)" <silent >said 2>err &
pid=$!
{
  read -r _
  kill -INT "$pid"
  cat >rest
} <said
status=0
wait "$pid" || status=$?
[ "$status" = 130 ] || fail "status $status while it reads"
[ ! -s rest ] || fail "a read that was interrupted returned: $(cat rest)"
exec 3>&-

# Clean-up runs, everywhere, and may wait; the state is closed.
cat >clean_up.lua <<'END'
local count = 4
local started = plait.Channel(count)
local function guarded(what)
  local guard <close> = setmetatable({}, { __close = function()
    sleep(0.01)
    print("closed " .. what)
  end })
  started:send(true)
  sleep(100)
end
async(guarded, "task")
spawn_thread(guarded, "thread")
spawn_process(guarded, "process")
spawn_process(function()
  spawn_thread(guarded, "thread of a process")
  sleep(100)
end)
local collected <const> = setmetatable({}, { __gc = function() print("collected") end })
for _ = 1, count do started:recv() end
local guard <close> = setmetatable({}, { __close = function() print("closed main") end })
print("ready")
io.stdout:flush()
sleep(100)
END
ends "dofile 'clean_up.lua'"
for what in main task thread process "thread of a process"; do
  grep -qx "closed $what" rest || fail "not closed: $what; $(cat rest)"
done
grep -qx collected rest || fail "the state is closed: $(cat rest)"

# A script may catch the error and do what is left to do, but not wait, and the
# process dies of the signal all the same; os.exit alone chooses a status.
ends "pcall(function() $ready $forever end) print(42)"
[ "$(cat rest)" = 42 ] || fail "after pcall: $(cat rest)"
ends "pcall(coroutine.wrap(function() $ready $forever end)) print(42)"
[ "$(cat rest)" = 42 ] || fail "after pcall of a coroutine: $(cat rest)"
ends "local ok, err = pcall(function() $ready sleep(100) end)
  print(ok, plait.kind(err), err.signal, tostring(err), pcall(sleep, 1))"
[ "$(cat rest)" = "false	cancelled	2	interrupted!	false	interrupted!" ] ||
  fail "the error: $(cat rest)"
send INT "pcall(function() $ready $forever end) error('other')"
[ "$status" = 130 ] || fail "status of a later error: $status"
grep -q other err || fail "a later error is printed: $(cat err)"
send INT "pcall(function() $ready $forever end) os.exit(3)"
[ "$status" = 3 ] || fail "status of a later exit: $status"

# An error of a strand in its clean-up is reported, cancellations are not.
send INT "async(function()
  local guard <close> = setmetatable({}, { __close = function() error('unclean') end })
  $ready sleep(100) end)"
[ "$status" = 130 ] || fail "status $status of an error in clean-up"
grep -q unclean err || fail "an error in clean-up: $(cat err)"

# At any moment of its start: until the program is there, the shell has the
# signal ignored, so it is sent again.
for delay in 0 0.001 0.002 0.004 0.008 0.016 0.032; do
  "$plait" -e "spawn_thread(sleep, 100) spawn_process(sleep, 100) sleep(100)" \
    >/dev/null 2>err &
  pid=$!
  sleep "$delay"
  until gone "$pid"; do
    kill -INT "$pid" 2>/dev/null
    sleep 0.1
  done
  status=0
  wait "$pid" || status=$?
  [ "$status" = 130 ] || fail "status $status after $delay s: $(cat err)"
done

finish
