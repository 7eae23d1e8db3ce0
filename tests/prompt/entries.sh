#!/bin/sh
# What is typed at a terminal, and what the prompt makes of it.
. "$(dirname "$0")/support/screen.sh"

start 60 30
has ".help tells more, Ctrl-D leaves"
shows ">"
enter "1 + 1"
shows "> 1 + 1
2
>"
enter "_ * 21, nil, 'a\\n'"
shows "> _ * 21, nil, 'a\\n'
42
nil
\"a\\n\"
>"
enter "= 7"
shows "> = 7
7
>"
enter "5;"
shows "> 5;
>"
enter "x = 3"
enter "x"
shows "> x = 3
> x
3
>"

# Local variables stay, and stay the same variables.
enter "local n = 0 function inc() n = n + 1 end"
enter "inc() inc()"
enter "n"
shows "> inc() inc()
> n
2
>"
enter "local k <const>, c <close> = 5, nil"
enter "k, c"
shows "> k, c
5
nil
>"
enter "k = 6"
shows "> k = 6
stdin:1: attempt to assign to const variable 'k'
>"
until_true is_ready && keys C-l

# Entries of several lines.
enter "for i = 1, 2 do"
shows "> for i = 1, 2 do
>>"
enter "print(i)"
enter "end"
shows "> for i = 1, 2 do
>> print(i)
>> end
1
2
>"
enter "{"
shows "> {
>>"
enter "1, {2}}"
shows "> {
>> 1, {2}}
[1, [2]]
>"
enter "[["
enter "a]]"
shows "> [[
>> a]]
\"a\"
>"
enter "f("
keys C-d
shows "> f(
>>
stdin:1: unexpected symbol near <eof>
>"
until_true is_ready && keys C-l

# Tables that do not fit on a line; cycles.
enter "t = {name = ('x'):rep(30), list = {1, 2, 3}} t.me = t"
enter "t"
shows "> t
{
    list = [1, 2, 3],
    me = <cycle>,
    name = \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"
}
>"

# Errors.
enter "error('wrong')"
shows "> error('wrong')
stdin:1: wrong
stack traceback:
        [C]: in function 'error'
        stdin:1: in main chunk
        [C]: in ?
>"
enter "setmetatable({}, {__tostring = error})"
enter "'goes on'"
shows "\"goes on\"
>"
enter "io.read()"
shows "> io.read()"
type_in "typed text"
keys Enter
shows "> io.read()
typed text
\"typed text\"
>"
until_true is_ready && keys C-l

# Waits.
enter "await(async(function() sleep(0.05) return 8 end))"
shows "> await(async(function() sleep(0.05) return 8 end))
8
>"
enter "local ch = plait.Channel() async(ch.send, ch, 5)"
enter "ch:recv()"
shows "> ch:recv()
5
>"
enter "plait.Channel():recv()"
has "deadlock"
shows ">"
enter "help"
shows "> help
Type .help for help.
>"
keys C-d
shows "> help
Type .help for help.
>"
ended 0
finish
