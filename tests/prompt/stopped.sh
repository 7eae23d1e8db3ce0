#!/bin/sh
# Ctrl-Z: the prompt stops as any job does, leaves the terminal as it was, and goes on
# where it was; here, and at a prompt of another program.
. "$(dirname "$0")/support/screen.sh"

socket="$tmux_dir/run/sock"
server=
trap '[ -z "$server" ] || kill -KILL "$server" 2>/dev/null; quit; cd / && rm -rf "$work_dir" "$tmux_dir"' EXIT

# A shell that has it as a job, says when it has stopped, and on Enter goes on with it.
cat >job.sh <<'END'
set -m
stty -a >before
plait "$@"
while [ $? -gt 128 ]; do
  stty -a >meanwhile
  echo "it has stopped"
  read -r line
  echo "got: $line"
  fg >/dev/null
done
END

start_job() {
  rm -f status before meanwhile
  quit
  sessions=$((sessions + 1))
  on_tmux -f /dev/null new-session -d -x 60 -y 24 \
    "cd '$PWD' && env TERM=$terminal PATH='$work_dir/program:$PATH' NO_COLOR=1 sh job.sh $*; echo \$? >status.new; mv status.new status; cat" ||
    { fail "tmux does not start"; finish; }
}

# stops: presses Ctrl-Z, and sees that the terminal is the shell's.
stops() {
  is_entered=
  keys C-z
  has "it has stopped"
  cmp -s before meanwhile || { fail "the modes of the terminal differ"; diff before meanwhile; }
  on_tmux send-keys -l "echoed"
  has "echoed"
  keys Enter
  has "got: echoed"
}

# While a line is typed.
start_job
until_true is_ready
type_in "1 + "
until_true is_typed "1 +" || fail "no line"
stops
until_true is_typed "1 +" || fail "the line is lost: $(screen)"
type_in "1"
keys Enter
is_entered=1
shows "> 1 + 1
2
>"
# Editing goes on to work.
keys Up
until_true is_typed "1 + 1" || fail "history"
keys C-c
until_true is_ready
# While an entry runs.
enter "print('ru' .. 'ns') plait.Event():wait(2)"
has "runs"
stops
until_true is_ready
enter "3 + 4"
shows "7
>"
keys C-d
ended 0

# At the prompt of another program, which goes on meanwhile.
mkfifo said
"$plait" --listen "$socket" -e 'n = 0
plait.every(0.001, function() n = n + 1 end)
print "ready"' >said 2>server.err </dev/null &
server=$!
read -r _ <said
start_job attach "$socket"
until_true is_ready
enter "before = n"
until_true is_ready
type_in "n > "
until_true is_typed "n >" || fail "no line"
stops
until_true is_typed "n >" || fail "the line is lost: $(screen)"
type_in "before"
keys Enter
is_entered=1
shows "true
>"
keys C-d
ended 0

finish
