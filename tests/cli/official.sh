#!/bin/sh
# The test suite of Lua 5.4.4, which is not part of this tree: LUA_TESTES names
# its directory. It runs in the main script, in a thread and in a process,
# each time in a copy of its own, because it makes and removes files there.
#
# _U and _port are its own switches: the part that needs nothing but Lua, in
# small and in full size. In the main script everything else runs as well.
. "$(dirname "$0")/support/cli.sh"
[ -n "${LUA_TESTES:-}" ] || skip "LUA_TESTES does not name the official suite"
[ -f "$LUA_TESTES/all.lua" ] || { echo "no all.lua in $LUA_TESTES"; exit 2; }

# Standard input must not be seekable and must not end.
mkfifo "$work_dir/input" && exec 4<>"$work_dir/input" || exit 2

# suite NAME ARGUMENT...: plait with these arguments, in a new copy.
suite() {
  name=$1
  shift
  rm -rf ../testes
  cp -R "$LUA_TESTES" ../testes || exit 2
  chmod -R u+w ../testes
  status=0
  (cd ../testes && exec "$plait" "$@") <&4 >"$work_dir/log" 2>&1 || status=$?
}

ends_well() {
  if [ "$status" != 0 ] || ! grep -q "$1" "$work_dir/log"; then
    fail "$name ended with status $status:"
    tail -n 15 "$work_dir/log"
  fi
}

cat >../inside.lua <<'END'
local start, switch = ...
local function suite(switch, args)
  _G[switch] = true
  arg = args
  dofile "all.lua"
end
await(_G[start]{ suite, switch, { [0] = arg[0], [-1] = arg[-1] },
                 private = true })
END

for switch in _U _port; do
  suite "$switch in main" -e "$switch = true" all.lua
  ends_well '^final OK !!!$'
  for start in spawn_thread spawn_process; do
    suite "$switch in $start" ../inside.lua "$start" "$switch"
    ends_well '^final OK !!!$'
  done
done

# The C modules of the suite decide whether the rest can run in one go.
headers=$(pkg-config --variable=includedir lua5.4 2>/dev/null) || headers=
for dir in "$headers/lua5.4" "$headers" /usr/include/lua5.4; do
  [ -f "$dir/lua.h" ] && break
done
rm -rf ../with_modules
cp -R "$LUA_TESTES" ../with_modules && chmod -R u+w ../with_modules || exit 2
if make -C ../with_modules/libs LUA_DIR="$dir" >/dev/null 2>&1; then
  LUA_TESTES=$work_dir/with_modules
  suite "everything in main" all.lua
  ends_well '^final OK !!!$'
else
  suite "main.lua" main.lua
  ends_well '^OK$'
fi

finish
