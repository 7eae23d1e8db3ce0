#!/bin/sh
# Ctrl-C in each state of the prompt.
. "$(dirname "$0")/support/screen.sh"

start 60 24
until_true is_ready

# While a line is typed: it is dropped.
type_in "some text"
shows "> some text"
keys C-c
shows "> some text^C
>"
keys C-c
shows "> some text^C
> ^C
>"
enter "f("
enter "1,"
keys C-c
shows "> f(
>> 1,
>> ^C
>"

# While an entry waits.
is_clear() {
  [ "$(screen)" = ">" ]
}

clear_screen() {
  until_true is_ready
  keys C-l
  until_true is_clear || fail "the screen is not cleared"
}

# interrupted CODE: begins it, and interrupts it.
interrupted() {
  clear_screen
  enter "print('ru' .. 'ns') $1"
  has "runs"
  keys C-c
  has "interrupted!"
  shows ">"
}

interrupted "sleep(100)"
contains "^Cstdin:1: interrupted!" || fail "no place: $(screen)"
contains "stdin:1: in main chunk" || fail "no traceback: $(screen)"
interrupted "pcall(sleep, 100) sleep(100)"
interrupted "gather(async(sleep, 100), async(sleep, 100))"
clear_screen
enter "#plait.tasks()"
shows "> #plait.tasks()
0
>"
interrupted "local c <close> = setmetatable({}, {__close = function() print('clo' .. 'sed') end}) sleep(100)"
contains "closed" || fail "<close>: $(screen)"

# While it computes. (ThreadSanitizer delivers no signal in a loop that calls nothing.)
interrupted "while true do local t = {} end"
interrupted "while true do pcall(function() while true do local t = {} end end) end"
interrupted "coroutine.wrap(function() while true do local t = {} end end)()"

# While it reads.
interrupted "io.read()"
interrupted "return io.read()"

# cancelled N: Ctrl-C until that task is. It may begin a moment after the prompt is there,
# or just have let the prompt run, which then takes the key for its line.
cancelled() {
  for _ in 1 2 3 4 5 6 7 8; do
    patience=40
    contains "plait: task $1 is cancelled" || keys C-c
    until_true contains "plait: task $1 is cancelled" && break
  done
  patience=600
  has "plait: task $1 is cancelled: it kept the prompt waiting"
}

# A task that does not let the prompt run, while an entry awaits it and while a line is
# typed: makes way, and when Ctrl-C comes again is cancelled.
clear_screen
enter "function hog() while true do local t = {} end end"
interrupted "await(async(hog))"
cancelled 3
clear_screen
enter "t = async(hog)"
until_true is_ready
cancelled 4
enter "'answers'"
shows "\"answers\"
>"
# What goes on in the background is left alone.
clear_screen
enter "u = async(function() sleep(100) end)"
type_in "dropped"
shows "> dropped" 
keys C-c
enter "u:status()"
shows "> u:status()
\"waiting\"
>"
enter "u:cancel()"
until_true is_ready
keys C-d
ended 0

# The end: Ctrl-D waits for what runs, says so, and Ctrl-C ends that.
start 60 24
enter "async(sleep, 100)"
until_true is_ready
keys C-d
has "still running; the program ends after them, or with Ctrl-C:"
has "task 1  waiting (sleep)"
keys C-c
ended 130

# SIGTERM while a line is typed.
start 60 24
enter "pid = plait.pid() io.open('pid', 'w'):write(pid):close()"
until_true test -s pid
type_in "abc"
shows "> abc"
kill -TERM "$(cat pid)"
ended 143
has "plait: terminated"
finish
