# signals.sh - starts a script, sends signals to it, and looks at its end. Read
# after cli.sh with "."
# shellcheck shell=sh disable=SC2154 # plait: of cli.sh

[ -p said ] || mkfifo said || exit 2

# What a script says when it has come to where it is to be signalled.
ready='print("ready") io.stdout:flush()'
# ThreadSanitizer delivers signals only where the program calls the C library.
forever='while true do end'
[ "${PLAIT_PRESET:-}" != tsan ] || forever='while true do local t = {} end'

# A test may set what the script reads, and an option: what a busy machine or a
# sanitizer makes slow is no stall.
input=/dev/null
option=--stall=off

# send SIGNALS CODE: starts a script, and sends it one of the signals for each
# line that it says. What it says after that is in `rest`, its errors in `err`,
# its exit status in $status; the time from the first signal on in $took (ms).
send() {
  "$plait" ${option:+"$option"} -e "$2" >said 2>err <"$input" &
  pid=$!
  {
    began=0
    for name in $1; do
      read -r _ || break
      [ "$began" != 0 ] || began=$(date +%s%N)
      kill -"$name" "$pid"
    done
    cat >rest
    echo "$began" >began
  } <said
  status=0
  wait "$pid" || status=$?
  took=$((($(date +%s%N) - $(cat began)) / 1000000))
}

# dies_of SIGNAL STATUS CODE: one signal, one line of errors, nothing left.
dies_of() {
  send "$1" "$3"
  [ "$status" = "$2" ] || fail "status $status after $1 of: $3"
  [ "$(wc -l <err)" = 1 ] || fail "errors after $1 of: $3: $(cat err)"
}

# gone PID: there is no such process, or it is dead and only not yet reaped.
gone() {
  ! [ -e "/proc/$1/stat" ] ||
    case $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) in
    "" | [ZX]*) true ;;
    *) false ;;
    esac
}
