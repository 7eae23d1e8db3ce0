#!/bin/sh
# The std for luacheck has the globals of plait: scripts pass with it, and what
# is misspelt or assigned does not.
. "$(dirname "$0")/support/package.sh"

"$PLAIT" "$SOURCE_DIR/packaging/tools/luacheck_std.lua" \
  "$SOURCE_DIR/packaging/luacats/library" "$folder/plait.lua" || fail "luacheck_std.lua"

# It has what the program has, and nothing else.
"$PLAIT" - "$folder/plait.lua" <<'END' || fail "the std is not the program's"
local function compare(path, defined, present)
    for name in pairs(defined) do assert(present[name] ~= nil, path .. name .. " is not in the program") end
    for name in pairs(present) do
        assert(defined[name] or name:find("^__") or name == "Listener", path .. name .. " is not in the std")
    end
end
local std = dofile(arg[1])
local globals = std.read_globals
for name in pairs(globals) do assert(_G[name], name .. " is no global") end
for name in pairs(_G) do
    if rawget(plait, name) == _G[name] then assert(globals[name], name .. " is not in the std") end
end
compare("plait.", globals.plait.fields, plait)
compare("async.", globals.async.fields, async)
for _, name in ipairs{ "fs", "net", "http" } do compare(name .. ".", globals.plait.fields[name].fields, plait[name]) end
END

command -v luacheck >/dev/null || skip "there is no luacheck"
cat >"$folder/luacheckrc" <<END
stds.plait = dofile("$folder/plait.lua")
std = "lua54+plait"
END

# Globals only: what else luacheck has to say of examples is no matter here.
# The examples with databases have each worker's connection in a global.
luacheck --config "$folder/luacheckrc" --no-color --only '1' \
  --globals db -- "$SOURCE_DIR/scripts" >"$folder/log" 2>&1 ||
  fail "luacheck: $(grep -v ' OK$' "$folder/log")"

# wrong CODE TEXT - luacheck says TEXT of it.
wrong() {
  echo "$1" >"$folder/wrong.lua"
  luacheck --config "$folder/luacheckrc" --no-color "$folder/wrong.lua" \
    >"$folder/log" 2>&1 && fail "luacheck lets '$1' pass"
  grep -qF "$2" "$folder/log" || fail "luacheck: $(cat "$folder/log")"
}
wrong 'plait.chanel()' "undefined field 'chanel' of global 'plait'"
wrong 'plait.fs.raed("x")' "undefined field 'fs.raed' of global 'plait'"
wrong 'plait.now = 1' "read-only field 'now' of global 'plait'"
wrong 'await = 1' "read-only global variable 'await'"
wrong 'spawn_thred(print)' "undefined variable 'spawn_thred'"
echo 'plait.shared.x = 1 plait.shared.y.z = plait.shared.x print(plait.stdin:read("l"))' \
  >"$folder/right.lua"
luacheck --config "$folder/luacheckrc" --no-color "$folder/right.lua" \
  >"$folder/log" 2>&1 || fail "luacheck: $(cat "$folder/log")"
exit 0
