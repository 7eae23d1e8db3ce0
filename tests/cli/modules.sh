#!/bin/sh
# C modules of others load in the main script, in threads at the same time and
# in processes, and do their work there.
. "$(dirname "$0")/support/cli.sh"

for module in cjson lpeg lfs; do
  "$plait" -e "require '$module'" >out 2>&1 || {
    [ -n "$lua" ] && "$lua" -e "require '$module'" >/dev/null 2>&1 || skip "no module $module"
    fail "$module does not load: $(head -n 1 out)"
  }
done

cat >use.lua <<'END'
local function use(n)
  local cjson, lpeg, lfs = require "cjson", require "lpeg", require "lfs"
  local data = cjson.decode(cjson.encode{ list = { 1, 2.5, n }, name = "x" })
  assert(data.list[3] == n and data.name == "x")
  local words = lpeg.Ct((lpeg.C(lpeg.R("az") ^ 1) * lpeg.P(" ") ^ 0) ^ 1)
  assert(#words:match("one two three") == 3)
  assert(lfs.attributes(".", "mode") == "directory")
  for name in lfs.dir(".") do assert(type(name) == "string") end
  return n
end
use(0)
local handles, sum = {}, 0
for i = 1, 8 do handles[#handles + 1] = spawn_thread(use, i) end
for i = 1, 4 do handles[#handles + 1] = spawn_process(use, i) end
for i = 1, 4 do handles[#handles + 1] = async(use, i) end
for _, handle in ipairs(handles) do sum = sum + await(handle) end
print(sum)
END
gives "lua use.lua" 0 56

# Threads load them first, all at once; the main script later, or never.
sed 's/^use(0)$//; s/, async(use, i)//' use.lua >late.lua
gives "lua late.lua" 0 56

# Functions and tables of the module travel by name.
cat >by_name.lua <<'END'
local cjson, lpeg = require "cjson", require "lpeg"
local encode = cjson.encode
for _, start in ipairs{ spawn_thread, spawn_process } do
  print(await(start(function(p)
    return encode{ 1, 2 }, lpeg.match(lpeg.P("a"), "ab"), p == lpeg.P
  end, lpeg.P)), await(start(encode, { a = 1 })))
  -- What a module made is a userdata of its own, and is refused.
  local ok, err = pcall(start, print, { pattern = lpeg.P("a") })
  print(ok, plait.kind(err), (tostring(err):match("args%[1%]%.pattern is a userdata")))
end
END
gives "lua by_name.lua" 0 '[1,2]	{"a":1}
false	send	args[1].pattern is a userdata
[1,2]	{"a":1}
false	send	args[1].pattern is a userdata'

finish
