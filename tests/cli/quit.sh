#!/bin/sh
# SIGQUIT prints what every strand does, and the program goes on, whether its main
# script computes, waits, or is in a C function while others run.
. "$(dirname "$0")/support/cli.sh"
. "$source_dir/tests/cli/support/signals.sh"

mkfifo errors orders

# quit CODE LINE...: sends QUIT when the script is ready, and waits until all the
# lines have come, in that order. Then the script gets a line to read.
quit() {
  "$plait" -e "$1" >said 2>errors <orders &
  pid=$!
  shift
  exec 5<said 4<errors 3>orders
  read -r _ <&5
  kill -QUIT "$pid"
  missing=
  for line; do
    missing=$line
    while read -r said <&4; do
      # shellcheck disable=SC2254 # a pattern
      case $said in $line) missing= && break ;; esac
    done
    [ -z "$missing" ] || break
  done
  [ -z "$missing" ] || fail "no line '$missing'"
  echo go >&3
  rest=$(cat <&5)
  exec 3>&- 4<&- 5<&-
  status=0
  wait "$pid" || status=$?
  [ "$status" = 0 ] || fail "status $status"
  [ "$rest" = "went on" ] || fail "it did not go on: $rest"
}

go_on="print('went on')"
read_in="io.read()"

# Whether each strand has been seen in the wait that the table has for its name; it
# stays there. Who is in none and only slow to answer is not taken to be in it.
# watch{...}: a thread that says "ready" then.
seen='local function seen(wanted)
  for _, r in ipairs(plait.strands()) do
    local who = r.name or r.key
    if wanted[who] == r.wait then wanted[who] = nil end
  end
  return not next(wanted)
end'
watch="$seen
local function watch(wanted)
  spawn_thread{ function() while not seen(wanted) do end $ready sleep(100) end, daemon = true }
end"
seen=$(echo "$seen" | tr '\n' ' ')
watch=$(echo "$watch" | tr '\n' ' ')

# It computes until it is told to stop: the task that is told runs in a thread.
busy='while not stop.value do local t = {} end'
quit "$seen local stop = plait.Value(false)
spawn_thread{ function() $read_in stop:set(true) end, name = 'reader' }
repeat until seen{ reader = 'read' } $ready $busy $go_on" \
  "plait: process * strands" "the main strand runs at (command line):3" \
  "thread * 'reader' does not answer: it is in read of standard input"

# It waits.
quit "$watch local reader = spawn_thread{ function() return $read_in end, name = 'reader' }
watch{ ['the main strand'] = 'await', reader = 'read' } await(reader) $go_on" \
  "the main strand waits (await) at (command line):2 for thread * 'reader'" "thread * 'reader' does not answer*" \
  "started at (command line):1"

# It reads, while a thread and a child are there. ThreadSanitizer delivers no signal
# there.
if [ "${PLAIT_PRESET:-}" != tsan ]; then
  quit "$watch
local t = spawn_thread{ function() sleep(100) end, name = 't', daemon = true }
local p = spawn_process{ function() sleep(100) end, name = 'p', daemon = true }
watch{ ['the main strand'] = 'read', t = 'sleep', p = 'sleep' } $read_in $go_on" \
  "the main strand does not answer: it is in read of standard input" "thread * 't' waits (sleep)*" \
  "process * 'p' waits (sleep) at (command line):3"
fi

# A child that gets it prints for itself.
quit "local ch = plait.Channel()
local p = spawn_process{ function() ch:send(1) sleep(100) end, name = 'p', daemon = true }
ch:recv() p:kill('SIGQUIT') $ready $read_in $go_on" \
  "plait: process *, 1 strand" "the main strand *"

finish
