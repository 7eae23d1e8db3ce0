# screen.sh - a prompt in a terminal that tmux plays, for the tests of it. Read by
# them with "."; ends with `finish`, as those of tests/cli.
#
# What is typed goes to the prompt at once; the tests wait for what the screen is to
# show, and for nothing else. Lines of the screen are compared without blanks at their
# ends.
# shellcheck shell=sh
. "$(dirname "$0")/../cli/support/cli.sh"
command -v tmux >/dev/null || skip "there is no program 'tmux'"

# A socket's path may not be long.
tmux_dir=$(mktemp -d /tmp/plait-tmux.XXXXXX) || exit 2
trap 'quit; cd / && rm -rf "$work_dir" "$tmux_dir"' EXIT

export HOME="$work_dir/cwd" XDG_STATE_HOME="$work_dir/state"
export XDG_CONFIG_HOME="$work_dir/config" INPUTRC=/dev/null LC_ALL=C.UTF-8
unset PLAIT_HISTORY NO_COLOR TMUX HISTFILE
terminal=screen

sessions=0
on_tmux() {
  tmux -S "$tmux_dir/$sessions" "$@"
}

quit() {
  on_tmux kill-server 2>/dev/null
  return 0
}

# start COLUMNS LINES [VARIABLE=VALUE]... [ARGUMENT]...: a prompt, under the name `plait`.
# Its status goes to the file `status`.
mkdir "$work_dir/program" && ln -s "$plait" "$work_dir/program/plait"
start() {
  columns=$1 lines=$2
  shift 2
  rm -f status
  quit
  sessions=$((sessions + 1)) # a server that ends is not asked
  on_tmux -f /dev/null new-session -d -x "$columns" -y "$lines" \
    "trap : INT; cd '$PWD' && env TERM=$terminal PATH='$work_dir/program:$PATH' NO_COLOR=${no_colour-1} ${variables-} plait $*; echo \$? >status.new; mv status.new status; cat" ||
    { fail "tmux does not start"; finish; }
}

# What was entered is done, and there is a prompt again, unless something else was
# waited for since. What is typed before that would be shown where it is.
is_entered=
await_prompt() {
  [ -z "$is_entered" ] && return
  is_entered=
  until_true is_ready || { fail "no prompt"; screen; finish; }
}

# type_in TEXT: as it is. keys NAME...: such as Enter, Tab, Up, C-c.
type_in() {
  await_prompt
  case $1 in # at its end tmux would take it for its own
  *\;) set -- "${1%;}\\;" ;;
  esac
  on_tmux send-keys -l -- "$1"
}

keys() {
  await_prompt
  on_tmux send-keys "$@"
}

# paste TEXT: as a terminal does, in brackets.
paste() {
  await_prompt
  on_tmux set-buffer -- "$1"
  on_tmux paste-buffer -p -r
}

screen() {
  on_tmux capture-pane -p ${escapes-} | sed 's/ *$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# until_true COMMAND...: repeats it until it succeeds, at most for a while.
until_true() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    if [ "$tries" -gt "${patience:-600}" ]; then return 1; fi
    nap
  done
}

nap() {
  sleep 0.02
}

ends_with() {
  [ "$(screen | tail -n "$(printf '%s\n' "$1" | wc -l)")" = "$1" ]
}

last_line() {
  screen | tail -n 1
}

is_ready() {
  case $(last_line) in ">" | ">>") ;; *) return 1 ;; esac
}

# It may go over the end of the line.
is_typed() {
  case $(screen | tail -n 2 | tr -d '\n') in *"$1") ;; *) return 1 ;; esac
}

# enter TEXT: with the key, once there is a prompt, and then what was typed.
enter() {
  is_entered=
  until_true is_ready || { fail "no prompt for: $1"; screen; finish; }
  type_in "$1"
  until_true is_typed "$(printf '%s' "$1" | tail -c 8 | sed 's/ *$//')" ||
    { fail "what is typed is not shown: $1"; screen; finish; }
  keys Enter
  is_entered=1
}

# shows TEXT: waits until the last lines of the screen are these. Counts what was
# waited for.
interactions=0
shows() {
  is_entered=
  interactions=$((interactions + 1))
  until_true ends_with "$1" && return
  fail "the screen does not end with these lines:"
  printf '%s\n' "$1" | sed 's/^/  wanted: /'
  screen | sed 's/^/  screen: /'
  finish
}

# has TEXT: waits until a line of the screen contains it.
contains() {
  screen | grep -qF -- "$1"
}
has() {
  is_entered=
  interactions=$((interactions + 1))
  until_true contains "$1" && return
  fail "the screen does not show: $1"
  screen | sed 's/^/  screen: /'
  finish
}

# ended STATUS: waits until the program has ended, with it.
ended() {
  interactions=$((interactions + 1))
  until_true test -f status || { fail "the program goes on"; screen; finish; }
  [ "$(cat status)" = "$1" ] || fail "status $(cat status), not $1"
}
