#!/bin/sh
# The prompt at a terminal, which `script` of util-linux plays: with GNU
# readline and, where that cannot be loaded, without.
. "$(dirname "$0")/support/cli.sh"
command -v script >/dev/null || skip "there is no program 'script'"
script -qefc true /dev/null </dev/null >/dev/null 2>&1 ||
  skip "'script' knows not all of -q -e -f -c"

export TERM=dumb INPUTRC=/dev/null SHELL=/bin/sh PLAIT_HISTORY=
export XDG_CONFIG_HOME="$PWD"
unset HISTFILE
mkfifo keys || exit 2
seen=0 # lines of the session that were waited for

# start [VARIABLE=VALUE]: what it prints goes to `session`.
start() {
  : >session
  seen=0
  script -qefc "exec env $* '$plait'" session <keys >/dev/null 2>&1 &
  terminal=$!
  exec 3>keys
}

type_in() {
  # shellcheck disable=SC2059 # for its \n and \003
  printf "$1" >&3
}

# see TEXT: waits until a line after those that were seen begins with TEXT.
see() {
  tries=0
  until found=$(tr -d '\r' <session | sed "1,${seen}d" |
    awk -v text="$1" 'index($0, text) == 1 { print NR; exit }') &&
    [ -n "$found" ]
  do
    tries=$((tries + 1))
    if [ "$tries" -gt 500 ]; then
      fail "'$1' is not seen after line $seen of the session:"
      cat -v session
      finish
    fi
    sleep 0.02
  done
  seen=$((seen + found))
}

# prompted PROMPT: waits until the session ends with it, nothing typed yet.
prompted() {
  tries=0
  until [ "$(tr -d '\r' <session | tail -n 1)" = "$1" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 500 ]; then
      fail "the prompt '$1' is not seen:"
      cat -v session
      finish
    fi
    sleep 0.02
  done
}

leave() {
  type_in '\004'
  exec 3>&-
  status=0
  wait "$terminal" || status=$?
  [ "$status" = 0 ] || fail "status after Ctrl-D: $status"
}

converse() {
  see "plait "
  see "Lua 5.4"
  prompted "> "
  type_in '1 + 1\n'
  see "> 1 + 1"
  see "2"
  prompted "> "
  type_in 'for i = 5, 6 do\n'
  see "> for i"
  prompted ">> "
  type_in 'print(i * 111) end\n'
  see "555"
  see "666"
  prompted "> "
  type_in 'error("wrong")\n'
  see "stdin:1: wrong"
  see "stack traceback:"
  prompted "> "
  type_in '= 7, nil\n'
  see "7"
  see "nil"
  prompted "> "
  type_in 'io.read()\n'
  see "> io.read()"
  type_in 'typed text\n'
  see '"typed text"'
  prompted "> "

  # Ctrl-C drops what was typed, on both kinds of line, and interrupts.
  type_in 'x = '
  prompted "> x = "
  type_in '\003'
  see "> x = ^C"
  prompted "> "
  type_in 'f(\n'
  see "> f("
  prompted ">> "
  type_in '\003'
  see ">> ^C"
  prompted "> "
  # ThreadSanitizer delivers no signal inside a loop without library calls.
  if [ "${PLAIT_PRESET:-}" != tsan ]; then
    type_in 'print("started") while true do end\n'
    see "started"
    type_in '\003'
    see "^Cstdin:1: interrupted!"
    prompted "> "
  fi
  # Where it waits is told by the entry's line, not by one of plait's own.
  for entry in 'sleep(100)' 'gather(async(sleep, 100))'; do
    type_in "print('started') $entry\\n"
    see "started"
    type_in '\003'
    see "^Cstdin:1: interrupted!"
    prompted "> "
  done
  type_in '"still here"\n'
  see '"still here"'
  prompted "> "
  leave
}

start
converse

# Not a library: loading it fails.
: >libreadline.so.8
start "LD_LIBRARY_PATH=$PWD"
converse

# History, if there was an editor for it.
start
prompted "> "
type_in 'for l in io.lines("/proc/self/maps") do e = e or l:find("libread") end\n'
type_in '"editor: " .. tostring(not not e)\n'
see '"editor: '
prompted "> "
if tr -d '\r' <session | grep -q '^"editor: true'; then
  type_in '"first " .. 1\n'
  see '"first 1"'
  prompted "> "
  type_in '\020\n'
  see '"first 1"'
  prompted "> "
fi
leave

finish
