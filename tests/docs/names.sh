#!/bin/sh
# Every public name is in the manual: fields of plait and of the modules with
# Python's names, globals, methods of handles and shared objects. The program
# itself is asked for them.
# Environment: PLAIT, the program; SOURCE_DIR.
set -u

SOURCE_DIR=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
PLAIT=${PLAIT:-$SOURCE_DIR/build/release/plait}
manual=$SOURCE_DIR/docs/manual.md

names=$(mktemp) || exit 1
trap 'rm -f "$names"' EXIT

# One name a line: "plait.now", ":acquire(", or "await(" of a global.
timeout -k 5 60 "$PLAIT" - >"$names" <<'END' || exit 1
local function list(form, t)
    for name in pairs(t) do
        if not name:find("^__") then print(form:format(name)) end
    end
end

-- A table of methods (and of a channel's fields) stands in the metatable, or behind its __index function.
local function methods(object)
    local metatable = debug.getmetatable(object)
    local index = metatable.__index
    if type(index) == "function" then
        local _, table = debug.getupvalue(index, 1)
        index = table
    end
    assert(type(index) == "table", metatable.__name)
    for name, value in pairs(index) do
        local form = type(value) == "function" and ":%s(" or "ch.%s"
        if not name:find("^__") then print(form:format(name)) end
    end
end

for name in pairs(_G) do
    if rawget(plait, name) ~= nil then print(name .. "(") end
end
list("plait.%s", plait)
list("async.%s(", async)
for _, name in ipairs{"threading", "multiprocessing", "asyncio", "queue", "time"} do
    list(name .. ".%s", require("plait." .. name))
end
list("futures.%s", require "plait.concurrent.futures")

methods(async(function() end))
methods(spawn_thread(function() end))
for _, constructor in ipairs{"Lock", "RLock", "Value", "Channel", "Event", "Condition"} do
    methods(plait[constructor]())
end
methods(plait.Semaphore(1))
methods(plait.Barrier(1))
methods(plait.Array("u8", 1))
methods(plait.scope())
list("fs.%s", plait.fs)
methods(plait.fs.temp_file())
methods(plait.stdin)
print("plait.exec")
methods(plait.fs.watch("."))
methods(plait.deadline(1))
local pool = plait.Pool(1)
assert(pool.map) -- its methods are there from the first on
methods(pool)
END

if [ "$(wc -l <"$names")" -lt 60 ]; then
  echo "the program told too few names"
  exit 1
fi

missing=$(LC_ALL=C sort -u "$names" | while IFS= read -r name; do
  pattern=$(printf '%s\n' "$name" | sed 's/[.(]/\\&/g')
  case $name in
  :*) ;;
  *) pattern="(^|[^A-Za-z0-9_.:])$pattern" ;;
  esac
  case $name in
  *\() ;;
  *) pattern="$pattern([^A-Za-z0-9_]|\$)" ;;
  esac
  grep -qE -e "$pattern" "$manual" || printf '%s\n' "$name"
done)
if [ -n "$missing" ]; then
  echo "not in docs/manual.md:"
  printf '%s\n' "$missing"
  exit 1
fi
