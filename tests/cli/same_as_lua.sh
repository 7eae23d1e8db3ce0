#!/bin/sh
# A table of command lines: plait does what lua does.
. "$(dirname "$0")/support/cli.sh"
[ -n "$lua" ] || skip "there is no lua5.4 to compare with"

cat >show.lua <<'END'
print(#arg, select("#", ...), ...)
local first = 0
while arg[first - 1] do first = first - 1 end
for i = first, #arg do print(i, arg[i]) end
END
mkdir sub
echo 'print("in sub", ...) return {x = 15}' >sub/mod.lua
echo 'error("broken module")' >bad.lua
echo 'x = = 1' >syntax.lua
printf '\n\n\nlocal t = nil\nt.x = 1\n' >nil.lua
printf '#!/usr/bin/env lua\nprint(debug.getinfo(1).currentline, arg[0])\n' \
  >shebang.lua
printf '# no line end' >comment.lua
: >empty.lua
printf 'print("called -", ...)\n' >./-
printf 'print("called --x", ...)\n' >./--x

# Options that run code.
same "lua -e 'print(1)'"
same "lua '-eprint(1)' -ea=3 -e 'print(a)'"
same "lua -e 'print(1)' -e 'print(2)' show.lua a"
same "lua -e ''"
same "lua -e 'return 1'"
same "lua -l string -e 'print(string.rep)' | cut -c 1-9"
same "lua -l s=string -e 'print(s == string)'"
same "lua -ls=string -lm=math -e 'print(s.upper(\"a\"), m.pi)'"
same "LUA_PATH='sub/?.lua' lua -l mod -e 'print(mod.x)'"
same "LUA_PATH='sub/?.lua' lua -l m=mod -e 'print(m.x, mod)'"
same "lua -l bad"
same "lua -l syntax"
same "lua -W -e 'warn(\"a\", \"b\")'"
same "lua -e 'warn(\"a\")' -W -e 'warn(\"b\")'"
same "lua -e 'warn(\"@on\") warn(\"b\")'"
same "LUA_INIT='print(1)' LUA_PATH=x lua -E -e 'print(package.path)'"
same "lua -e 'print(package.path, package.cpath)'"
same "LUA_PATH='a;;b' LUA_CPATH='c;;' lua -e 'print(package.path, package.cpath)'"
same "LUA_PATH_5_4=y LUA_PATH=x lua -e 'print(package.path)'"

# The script and its arguments.
same "lua show.lua"
same "lua show.lua a b c"
same "lua show.lua -e x -- -"
same "lua -e 'x = 1' -W show.lua a b"
same "lua -e 'x = 1' -- show.lua a b"
same "lua -- show.lua -i"
same "lua show.lua '' ' ' 'a b' '*'"
same "lua - a b <show.lua"
same "lua -E - -h <show.lua"
same "lua -- - a"
same "lua -- --x a"
same "lua ./show.lua"
same "lua \"\$PWD/empty.lua\""
same "lua shebang.lua"
same "lua comment.lua"
same "lua <shebang.lua"
same "lua <empty.lua"
same "lua </dev/null"
same "echo 'print(...)' | lua"
same "echo 'print(1' | lua -"
same "echo 'error(\"x\")' | lua -"
same "echo 'print(...)' | lua -e 'arg[1] = 100' -"
same "echo '' | lua -e 'arg = 1' -"
same "lua -e 'arg = setmetatable({}, {__len = function() return 2 end})' show.lua"
same "printf 'print(1)\nprint(io.read())\nprint(2)\n' | lua"
same "lua . "

# Errors.
same_errors "lua nosuch.lua"
same "lua -- -nosuch"
same_errors "lua syntax.lua"
same_errors "lua nil.lua"
same_errors "lua -e 'error(\"x\")'"
same_errors "lua -e 'error(\"x\", 0)'"
same_errors "lua -e 'error(\"x\", 2)'"
same_errors "lua -e 'error()'"
same_errors "lua -e 'error(nil)'"
same_errors "lua -e 'error(42)'"
same_errors "lua -e 'error(true)'"
same_errors "lua -e 'error{}'"
same_errors "lua -e 'error(print)'"
same "lua -e 'error(io.stdout)' 2>&1 | sed 's/0x.*//;q'"
same "lua -e 'error(setmetatable({}, {__tostring = function() return \"text\" end}))'"
same_errors "lua -e 'error(setmetatable({}, {__tostring = function() return 1 end}))'"
same_errors "lua -e 'error(setmetatable({}, {__name = \"Mine\"}))'"
same "lua -e 'error(setmetatable({}, {__tostring = function() error(\"in it\") end}))'"
same_errors "lua -e 'error(\"two\nlines\")'"
same_errors "lua -e 'x y'"
same_errors "lua -e 'local function f() f() end f()' 2>&1 | head -n 3"
same_errors "lua -e 'local x <close> = setmetatable({}, {__close = function() print(\"closed\") end}) error(\"x\")'"
same_errors "lua -e 'print(1) error(\"first\")' -e 'print(2)'"
same_errors "lua -e 'error(\"first\")' show.lua"
same_errors "lua -e 'string.rep()'"
same_errors "lua -e 'require \"nosuch.module\"' 2>&1 | sed -n '1p;/traceback/,\$p'"
same_errors "lua -e 'coroutine.wrap(function() error(\"in it\") end)()'"
same "lua -e 'setmetatable({}, {__gc = function() print(\"gc\") end})'"
same "lua -W -e 'setmetatable({}, {__gc = function() error(\"gc\") end})'"

# LUA_INIT.
same "LUA_INIT='print(1)' lua -e 'print(2)'"
same "LUA_INIT='print(1)' LUA_INIT_5_4='print(54)' lua -e 'print(2)'"
same "LUA_INIT=@show.lua lua show.lua a"
same "LUA_INIT='print(arg[0], arg[1])' lua show.lua a"
same_errors "LUA_INIT='error(\"msg\")' lua -e 'print(2)'"
same_errors "LUA_INIT_5_4='error(\"msg\")' lua -e 'print(2)'"
same_errors "LUA_INIT='x y' lua -e 'print(2)'"
same_errors "LUA_INIT=@nosuch.lua lua -e 'print(2)'"
same "LUA_INIT= lua -e 'print(2)'"
same "LUA_INIT='error(1)' lua -E -e 'print(2)'"

# os.exit.
same "lua -e 'os.exit()'"
same "lua -e 'os.exit(true)'"
same "lua -e 'os.exit(false)'"
same "lua -e 'os.exit(0)'"
same "lua -e 'os.exit(3)'"
same "lua -e 'os.exit(255)'"
same "lua -e 'os.exit(256)'"
same "lua -e 'os.exit(3.0)'"
same "lua -e 'os.exit(\"3\")'"
same "lua -e 'os.exit(nil, true)'"
same "lua -e 'os.exit(4, true)'"
same "lua -e 'os.exit(false, true)'"
same "lua -e 'print(1) os.exit(5)'"
same "lua -e 'io.write(1) os.exit(5, true)'"
same "lua -e 'local x <close> = setmetatable({}, {__close = function(_, e) print(\"closed\", e) end}) os.exit(6, true)'"
same "lua -e 'local x <close> = setmetatable({}, {__close = function(_, e) print(\"closed\", e) end}) os.exit(6, false)'"
same "lua -e 'setmetatable({}, {__gc = function() print(\"gc\") end}) os.exit(7, true)'"
same "lua -e 'setmetatable({}, {__gc = function() print(\"gc\") end}) os.exit(7)'"
same "lua -e 'os.exit(8)' show.lua"
same_errors "lua -e 'os.exit({})'"

# Standard files.
same "lua -e 'print(io.read())' <&-"
same "lua -e 'print(io.stdin:read(\"a\"))' <&-"
same "lua -e 'print(io.open(\"empty.lua\"):read(\"a\"))' <&-"
same "echo text | lua -e 'print(io.read(\"a\"))'"
same "lua -e 'io.stderr:write(\"to stderr\")'"

finish
