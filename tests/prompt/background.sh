#!/bin/sh
# What goes on while a line is typed, and what is printed meanwhile: the text that was
# typed, and the cursor in it, stay as they are.
. "$(dirname "$0")/support/screen.sh"

start 60 24
enter "gate = plait.Channel() go = {}"
enter "function wait(n) go[n] = plait.Event() go[n]:wait() end"
enter "a = async(function() wait(1) print('from a task') end)"
enter "b = async(function() wait(2) io.write('one\\n', 'two\\n') end)"
enter "c = async(function() wait(3) io.stderr:write('error\\n') end)"
enter "plait.after(0.1, function() go[1]:set() end);"
type_in "typed text"
shows "from a task
> typed text"
keys Left Left Left Left
type_in "_"
shows "from a task
> typed _text"
keys C-e C-u
until_true is_ready
enter "plait.after(0.1, function() go[2]:set() sleep(0.1) go[3]:set() end);"
type_in "more"
shows "one
two
error
> more"
keys C-e C-u

# A line that has no end yet goes on where it was.
enter "d = async(function() for i = 1, 3 do io.write(i, ' ') sleep(0.05) end print() end)"
type_in "x"
shows "1 2 3
> x"
keys C-e C-u

# Threads, and what C code prints.
enter "e = spawn_thread(function() sleep(0.1) print('from a thread') end)"
type_in "abc"
shows "from a thread
> abc"
keys C-e C-u
enter "f = async(function() sleep(0.1) await(spawn_process('echo', 'a program')) end)"
type_in "def"
shows "a program
> def"
keys C-e C-u

# More than the line above; and a typed line that takes three.
enter "g = async(function() sleep(0.1) for i = 1, 500 do print(i) end end)"
type_in "$(printf '%0150d' 7)"
shows "500
> $(printf '%058d' 0)
$(printf '%060d' 0)
$(printf '%032d' 7)"
keys C-e C-u

# More than a pipe holds, by the main thread itself.
enter "h = async(function() sleep(0.1) print(('x'):rep(200000)) print('end') end)"
type_in "ghi"
shows "end
> ghi"
keys C-e C-u

# Errors that nobody has received.
enter "async(function() sleep(0.1) error('lost') end);"
type_in "jkl"
shows "plait: stdin:1: lost
in task 10, started at stdin:1
stack traceback:
        [C]: in function 'error'
        stdin:1: in function <stdin:1>
        [C]: in ?
> jkl"
keys C-e C-u
enter "t = spawn_thread(function() sleep(0.1) error('in a thread', 0) end)"
type_in "mno"
has "plait: in a thread"
shows "> mno" 
keys C-e C-u
until_true is_ready
enter "pcall(await, t)"
shows "> pcall(await, t)
false
\"in a thread\"
>"
# One that the next entry receives is told as well, but one that the same receives is not.
enter "pcall(await, async(error, 'taken'))"
shows "> pcall(await, async(error, 'taken'))
false
\"taken\"
>"

# The window becomes smaller and larger while text is typed.
type_in "$(printf '%050d' 9)"
shows "> $(printf '%050d' 9)"
on_tmux resize-window -x 30 -y 24
has "$(printf '%022d' 9)"
type_in "z"
has "$(printf '%022dz' 9)"
on_tmux resize-window -x 80 -y 24
type_in "y"
has "9zy"
keys C-e C-u
until_true is_ready
enter "1 + 1"
shows "> 1 + 1
2
>"
keys C-d
ended 0
finish
