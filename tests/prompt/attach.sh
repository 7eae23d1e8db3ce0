#!/bin/sh
# The prompt of another program, at a terminal: what is typed, printed, interrupted
# and completed there; what ends it.
. "$(dirname "$0")/support/screen.sh"

socket="$tmux_dir/run/sock"
server=
trap '[ -z "$server" ] || kill -KILL "$server" 2>/dev/null; quit; cd / && rm -rf "$work_dir" "$tmux_dir"' EXIT

# serve CODE: a program that listens, until it has said a line. Through a pipe of its
# own: tmux has the one before open still, and so what was said there and not read.
serve() {
  exec 3<&-
  rm -f said && mkfifo said
  "$plait" --listen "$socket" -e "$1" >said 2>server.err </dev/null &
  server=$!
  exec 3<said
  read -r _ <&3
}

serve 'counter = 7
stop = plait.Event()
config = { name = "app", number = 5, nested = { deep = true } }
function config:method() return 1 end
function say_later(text)
    local ch = plait.Channel()
    async(function() ch:recv() print(text) end)
    return ch
end
print "ready"
stop:wait(600)
print "bye"'

start 80 24 attach "$socket"
version=$("$plait" -e 'print(plait.version)')
shows "plait $version, a prompt of a program, process $server; Ctrl-D leaves
>"
enter "counter + 1"
shows "8
>"
enter "local x = {counter, 'two'}"
enter "x"
shows "> x
[7, \"two\"]
>"
enter "for i = 1, 2 do"
shows ">>"
enter "print(i, counter)"
enter "end"
shows "1       7
2       7
>"
enter "error('wrong')"
shows "> error('wrong')
prompt:1: wrong
stack traceback:
        [C]: in function 'error'
        prompt:1: in main chunk
        [C]: in ?
>"

# Editing, and what was entered before.
keys Up
until_true is_typed "error('wrong')" || fail "history"
keys C-c
shows "> error('wrong')^C
>"

# Completion is asked of the program: its globals, fields and methods; what has been
# declared here.
type_in "config.na"
keys Tab
until_true is_typed "config.name" || fail "a field: $(last_line)"
keys Enter
is_entered=1
shows "\"app\"
>"
type_in "config:me"
keys Tab
until_true is_typed "config:method" || fail "a method: $(last_line)"
keys C-c
until_true is_ready
enter "local unusual_name = 1"
type_in "unus"
keys Tab
until_true is_typed "unusual_name" || fail "a local variable: $(last_line)"
keys C-c
until_true is_ready

# What goes on in the background is shown above the line that is typed.
clear_screen() {
  until_true is_ready
  keys C-l
  until_true is_clear || fail "the screen is not cleared"
}
is_clear() {
  [ "$(screen)" = ">" ]
}
clear_screen
enter "ch = say_later('from the background')"
until_true is_ready
type_in "1 + "
until_true is_typed "1 +" || fail "no line"
echo 'ch:send(1)' | "$plait" attach "$socket" || fail "another prompt"
shows "> ch = say_later('from the background')
from the background
> 1 +"
type_in "1"
keys Enter
is_entered=1
shows "2
>"

# Ctrl-C: while an entry waits, and while it computes.
interrupted() {
  clear_screen
  enter "print('ru' .. 'ns') $1"
  has "runs"
  keys C-c
  has "prompt:1: interrupted!"
  shows ">"
}
interrupted "stop:wait()"
interrupted "while true do local t = {} end"
interrupted "while true do pcall(function() while true do local t = {} end end) end"
interrupted "table.sort({1, 2, 3, 4}, function() while true do local t = {} end end)"

# The width of the terminal decides how wide a table is.
clear_screen
on_tmux resize-window -x 40 -y 24
until_true is_ready
enter "config.nested, ('x'):rep(5)"
shows "{deep = true}
\"xxxxx\"
>"

# The line was entered, and there is no prompt yet.
is_run() {
  [ "$(on_tmux display-message -p '#{cursor_x}')" = 0 ]
}

# A program that does not wait does not answer: the user may leave.
clear_screen
enter "hog = async(function() while true do local t = {} end end)"
until_true is_ready
enter "2"
is_entered=
until_true is_run || fail "the line is not entered"
keys C-c
has "does not answer"
keys C-c
ended 0
# What kept it is stopped, as it was started here.
echo 'hog:status()' | "$plait" attach "$socket" >out || fail "no answer"
grep -qx '"cancelled"' out || fail "$(cat out)"
kill -KILL "$server"
wait "$server" 2>/dev/null

# Ctrl-D ends the connection, and with it what was started there; not the program.
serve 'stop = plait.Event() print "ready" stop:wait(600) print "bye"'
start 80 24 attach "$socket"
until_true is_ready
enter "t = async(stop.wait, stop)"
enter "u = plait.every(3600, print)"
until_true is_ready
keys C-d
ended 0
has "2 strands of this prompt were cancelled"
start 80 24 attach "$socket"
until_true is_ready
enter "t:status(), u:status()"
shows "\"cancelled\"
\"cancelled\"
>"

# The program ends: so does the prompt, also while a line is typed.
enter "stop:set()"
has "plait: the program has ended"
ended 0
wait "$server" || fail "status $? of the program"
[ ! -e "$socket" ] || fail "the socket is left"

# It is killed.
serve 'print "ready" plait.Event():wait(600)' 
start 80 24 attach "$socket"
until_true is_ready
type_in "abc"
until_true is_typed "abc" || fail "no line"
kill -KILL "$server"
wait "$server" 2>/dev/null
has "plait: the connection was lost: the program is gone"
ended 1

finish
