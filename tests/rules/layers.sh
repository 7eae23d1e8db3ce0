#!/bin/sh
# Who may include whom: a file includes from its own folder and from those
# to the right of it, and headers never in a ring.
#
#   app -> module -> embed -> lib -> ship -> core -> (runtime:)
#   ipc -> exec -> io -> sync -> data -> loop -> base
#
# Lua's headers appear under interpreter/ and tests/ only (not tests/runtime),
# uv.h under runtime/ and tests/ only, and the compiled runtime needs no Lua.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$source_dir" || exit 2
support=tests/support
out=$(mktemp -d "${TMPDIR:-/tmp}/plait-layers.XXXXXX") || exit 2
trap 'rm -rf "$out"' EXIT

files=$(sh $support/list runtime interpreter tests | grep '\.[ch]$')
[ -n "$files" ] || exit 0

# shellcheck disable=SC2086 # a list of files without blanks
awk -v ring="$out/ring" "$(cat $support/code.awk)"'
function complain(why) {
    print FILENAME ":" FNR ": " why
    bad = 1
}
# The folder below runtime/ or interpreter/; plait.h belongs to embed.
function folder(path,    parts, n) {
    n = split(path, parts, "/")
    if (path ~ /^interpreter\/include\//) return "embed"
    return n > 2 ? parts[2] : ""
}
BEGIN {
    n = split("base loop data sync io exec ipc core ship lib embed module app", order)
    for (i = 1; i <= n; i++) rank[order[i]] = i
    first_of_host = rank["core"]
}
FNR == 1 {
    own = folder(FILENAME)
    in_runtime = FILENAME ~ /^runtime\//
    in_tests = FILENAME ~ /^tests\//
    no_lua = in_runtime || FILENAME ~ /^tests\/runtime\//
    if (!in_tests && !(own in rank)) complain("no layer is called \"" own "\"")
    else if (!in_tests && in_runtime == (rank[own] >= first_of_host))
        complain("the layer \"" own "\" is in the wrong tree")
}
{
    line = code($0)
    if (line !~ /^[ \t]*#[ \t]*include/) next
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", line)
    quoted = line ~ /^"/
    target = substr(line, 2)
    sub(/[">].*/, "", target)

    if (no_lua && target ~ /(^|\/)(lua|lauxlib|lualib|luaconf)\.h/)
        complain("the runtime knows no Lua: <" target ">")
    if (target ~ /^uv(\.h|\/)/ && !in_runtime && !in_tests)
        complain("libuv is for runtime/ only: <" target ">")
    if (in_tests) next

    if (!quoted) {
        split(target, parts, "/")
        if (parts[1] in rank) complain("our own header in <>: <" target ">")
        next
    }
    if (target == "plait.h") their = "embed"
    else {
        their = target
        if (!sub(/\/.*/, "", their)) their = ""
    }
    if (!(their in rank))
        complain("write the path from runtime/ or interpreter/: \"" target "\"")
    else if (rank[their] > rank[own])
        complain(own " may not include from " their ": \"" target "\"")
    else if (own == "lib" && target ~ /^lib\/lib_/ && FILENAME !~ /\/libs\.c$/) {
        module = FILENAME
        sub(/.*\//, "", module)
        sub(/\.[ch]$/, "", module)
        if (target != "lib/" module ".h")
            complain("modules in lib never call each other: \"" target "\"")
    }
    if (FILENAME ~ /\.h$/) {
        self = FILENAME
        sub(/^(runtime|interpreter(\/include)?)\//, "", self)
        print self, target > ring
    }
}
END { exit bad }
' $files
status=$?

# Folders cannot form a ring after the above, headers of one folder could.
if [ -s "$out/ring" ] && ! tsort "$out/ring" >/dev/null 2>"$out/loop"; then
  echo "headers that include each other:"
  sed 's/^tsort: //' "$out/loop"
  status=1
fi

archive=${BUILD_DIR:-/nonexistent}/libplait_runtime.a
if [ -f "$archive" ]; then
  needed=$(nm -u "$archive" 2>/dev/null | grep -E ' U luaL?_' | sort -u)
  if [ -n "$needed" ]; then
    echo "the runtime needs Lua to link:"
    echo "$needed"
    status=1
  fi
fi
exit $status
