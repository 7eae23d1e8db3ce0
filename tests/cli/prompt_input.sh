#!/bin/sh
# The prompt when standard input is a file or a pipe: what is read is shown
# after the prompt, so the output reads like a session.
. "$(dirname "$0")/support/cli.sh"

# entries INPUT OUTPUT [ERRORS]: without the lines of the version.
entries() {
  printf '%s' "$1" >input
  run "lua -i <input"
  [ "$status" = 0 ] || fail "status $status of: $1"
  session=$(printf '%s\n' "$out" | sed '1,/PUC-Rio$/d')
  [ "$session" = "$2" ] || {
    fail "output of: $1"
    show
  }
  first=$(sed -n 1p "$work_dir/err")
  [ "$first" = "${3-}" ] || fail "errors of: $1: $err"
}

entries "" "> "
entries "1 + 1
" "> 1 + 1
2
> "
entries "1, nil, 'a'" "> 1, nil, 'a'
1	nil	a
> "
entries "=1, 2
= nil
" "> =1, 2
1	2
> = nil
nil
> "
entries "x = 3
x
return x
local y = 1
y

" "> x = 3
> x
3
> return x
3
> local y = 1
> y
nil
> 
> "

# Entries of several lines.
entries "for i = 1, 2 do
print(i)
end
" "> for i = 1, 2 do
>> print(i)
>> end
1
2
> "
entries "a = [[b
c]]
a
" "> a = [[b
>> c]]
> a
b
c
> "
entries "#{
1,
2}
" "> #{
>> 1,
>> 2}
2
> "
entries "(function()
return 7 end)(
)
" "> (function()
>> return 7 end)(
>> )
7
> "
entries "1 -- [[ comment
2 --[[
]]
" "> 1 -- [[ comment
1
> 2 --[[
>> ]]
2
> "

# Errors are printed and forgotten; they have no name of a program.
entries "x y
1
" "> x y
> 1
1
> " "stdin:1: syntax error near 'y'"
entries "error('a')
1
" "> error('a')
> 1
1
> " "stdin:1: a"
entries "error{}
" "> error{}
> " "(error object is a table value)"
entries "f(
" "> f(
>> 
> " "stdin:1: unexpected symbol near <eof>"
entries "print = nil
1
" "> print = nil
> 1
> " "error calling 'print' (attempt to call a nil value)"

# The entries share their input with what they read.
entries "io.read()
this line
1
" "> io.read()
this line
> 1
1
> "

# Prompts, read again each time; any value is made a string.
entries "_PROMPT = 'p:'
_PROMPT2 = 'q:'
(
1)
_PROMPT = setmetatable({}, {__tostring = function() return 'x:' end})
_PROMPT = 5
_PROMPT = nil
" "> _PROMPT = 'p:'
p:_PROMPT2 = 'q:'
p:(
q:1)
1
p:_PROMPT = setmetatable({}, {__tostring = function() return 'x:' end})
x:_PROMPT = 5
5_PROMPT = nil
> "

# After other work, and by its other name.
echo 'x = 5 print("script", ...)' >script.lua
run "echo x | lua -i -e 'y = 6' script.lua a"
[ "$(printf '%s\n' "$out" | sed '1,/PUC-Rio$/d')" = "script	a
> x
5
> " ] || fail "-i after a script: $out"
run "echo 'error()' >fails.lua; echo 1 | lua -i fails.lua"
[ "$status" = 1 ] || fail "no prompt after a script that failed: $status"
run "echo 1 + 1 | lua repl"
[ "$(printf '%s\n' "$out" | sed '1,/PUC-Rio$/d')" = "> 1 + 1
2
> " ] || fail "plait repl: $out"
run "echo 'os.exit(4)' | lua -i"
[ "$status" = 4 ] || fail "os.exit at the prompt: $status"

# An entry may wait.
entries "await(async(function() return 8 end))
" "> await(async(function() return 8 end))
8
> "

finish
