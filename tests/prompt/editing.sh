#!/bin/sh
# History, completion, paste, and the commands.
. "$(dirname "$0")/support/screen.sh"
mkdir lib && echo 'return {}' >lib/zebra.lua
cat >known.lua <<'EOF'
-- Doubles a number.
function double(x) return 2 * x end
local from_file = 7
EOF

start 70 30
until_true is_ready

# Completion: of globals, fields, methods, modules, files, local variables.
type_in "spawn_th"
keys Tab
shows "> spawn_thread"
type_in " plait.Cha"
keys Tab
shows "> spawn_thread plait.Channel"
keys C-u
type_in "string.rep"
shows "> string.rep"
keys Tab Tab
shows "> string.rep"
keys C-u
enter "local long_name = {inner = {field = 1}, method = function() end} ch = plait.Channel(1)"
until_true is_ready
type_in "long_n"
keys Tab
type_in ".in"
keys Tab
type_in ".fi"
keys Tab
shows "> long_name.inner.field"
keys C-u
type_in "ch:clo"
keys Tab Tab Tab
has "ch:close   ch:closed"
keys C-u
type_in "('x').y"
keys Tab
shows "> ('x').y"
keys C-u
type_in 'require "plait.thr'
keys Tab
shows '> require "plait.threading"'
keys C-u
type_in 'io.open("know'
keys Tab
shows '> io.open("known.lua"'
keys C-u
type_in ".tas"
keys Tab
shows "> .tasks"
keys C-u
type_in "whi"
keys Tab
shows "> while"
keys C-u

# Paste: one entry of several lines, or several entries.
paste "for i = 1, 2 do
  print(i * 11)
end"
shows "> for i = 1, 2 do
  print(i * 11)
end"
keys Enter
shows "end
11
22
>"
paste "1 + 1
local pasted = 5
pasted * 2"
keys Enter
shows "pasted * 2
2
10
>"
enter "pasted"
shows "> pasted
5
>"

# Earlier entries come back whole, and can be changed.
keys Up Up Up
shows "> for i = 1, 2 do
  print(i * 11)
end"
keys Enter
shows "end
11
22
>"
keys Up Up
shows "> pasted"
type_in " + 1"
keys Enter
shows "> pasted + 1
6
>"
keys C-r
type_in "long_"
has "(reverse-i-search)\`long_'"
keys C-g C-e C-u
until_true is_ready

# Commands.
enter ".help"
has "tells the task of that number to stop"
until_true is_ready && keys C-l
enter ".help wait"
has "gather(a, b, ...)"
until_true is_ready && keys C-l
enter ".tasks"
shows "> .tasks
there are no tasks, threads or processes
>"
enter "t = async(sleep, 100)"
enter ".tasks"
has "task 1  waiting (sleep)"
enter ".kill 7"
shows "> .kill 7
there is no strand 7
>"
enter ".kill 1"
has "task 1 is told to stop"
enter "t:status()"
shows "> t:status()
\"cancelled\"
>"
enter ".time 6 * 7"
has " s"
shows "42
>"
enter ".load known.lua"
enter "double(from_file)"
shows "> double(from_file)
14
>"
enter ".doc double"
shows "> .doc double
-- Doubles a number.
function double(x) return 2 * x end
(known.lua:2)
>"
enter ".doc plait.now"
shows "> .doc plait.now
plait.now(): seconds of the monotonic clock, which never goes back
>"
enter ".doc nothing_of_that_name"
has "the manual has no entry for nothing_of_that_name"
enter ".load missing.lua"
shows "> .load missing.lua
missing.lua: No such file or directory
>"
enter ".nonsense"
shows "> .nonsense
there is no command .nonsense; .help lists them
>"
enter ".save saved.lua"
has " entries"
enter ".save saved.lua"
shows "> .save saved.lua
saved.lua: is there already
>"
enter ".exit"
ended 0
grep -q '^pasted + 1$' saved.lua || fail ".save: $(cat saved.lua)"

# The history is in a file of the user's alone, an entry a line.
file=$XDG_STATE_HOME/plait/history
[ "$(stat -c %a "$file")" = 600 ] || fail "history: $(stat -c %a "$file")"
[ "$(stat -c %a "$XDG_STATE_HOME/plait")" = 700 ] || fail "its folder"
grep -qF 'for i = 1, 2 do\n  print(i * 11)\nend' "$file" || fail "entry: $(cat "$file")"

# The next session has it; an entry that begins with a space is not kept.
start 70 30
until_true is_ready
keys Up Up
shows "> .save saved.lua"
keys C-u
until_true is_ready
enter " 'secret'"
shows "\"secret\"
>"
keys C-d
ended 0
grep -q secret "$file" && fail "an entry that begins with a space"

# It is bounded.
awk 'BEGIN { for (i = 1; i <= 3000; i++) print i }' >"$file"
start 70 30
until_true is_ready
keys C-d
ended 0
[ "$(wc -l <"$file")" = 2000 ] || fail "lines: $(wc -l <"$file")"
[ "$(stat -c %a "$file")" = 600 ] || fail "shorter: $(stat -c %a "$file")"
[ "$(tail -n 1 "$file")" = 3000 ] || fail "the last one: $(tail -n 1 "$file")"

# Elsewhere, or nowhere.
variables="PLAIT_HISTORY=$PWD/other" start 70 30
until_true is_ready
enter "'elsewhere'"
until_true is_ready
keys C-d
ended 0
grep -q elsewhere other || fail "PLAIT_HISTORY"
variables="PLAIT_HISTORY=" start 70 30
until_true is_ready
enter "'nowhere'"
until_true is_ready
keys C-d
ended 0
grep -rq nowhere "$XDG_STATE_HOME" other && fail "PLAIT_HISTORY="

# The start-up file; an error in it ends nothing.
mkdir -p "$XDG_CONFIG_HOME/plait"
echo 'at_start = 5 _PROMPT = "? " error("in the file")' >"$XDG_CONFIG_HOME/plait/prompt.lua"
start 70 30
has "in the file"
shows "?"
type_in "at_start"
keys Enter
shows "? at_start
5
?"
keys C-d
ended 0
start 70 30 -E
until_true is_ready
enter "at_start"
shows "> at_start
nil
>"
keys C-d
ended 0

# Colours, unless they are not wanted.
rm "$XDG_CONFIG_HOME/plait/prompt.lua"
no_colour='' start 70 30
until_true is_ready
enter "'red'"
until_true is_ready
escapes=-e
has "$(printf '\033[32m"red"')"
escapes=
keys C-d
ended 0
start 70 30
until_true is_ready
enter "'grey'"
until_true is_ready
escapes=-e
has '"grey"'
screen | grep -q "$(printf '\033')\[32m" && fail "NO_COLOR"
escapes=
keys C-d
ended 0

# After a script, with `_PROMPT` of it.
echo 'x = ... print("script")' >script.lua
start 70 30 -i script.lua five
has "script"
enter "x"
shows "> x
\"five\"
>"
enter "os.exit(4)"
ended 4
finish
