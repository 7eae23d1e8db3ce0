#!/bin/sh
# Damaged bytecode writes past the heap, so bytes that came from elsewhere are
# loaded as text, but for one file under interpreter/ship, which decides whom
# to trust. luaL_loadfile is left out: it loads what the user named.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$source_dir" || exit 2

files=$(sh tests/support/list interpreter | grep '\.[ch]$')
[ -n "$files" ] || exit 0

# shellcheck disable=SC2086 # a list of files without blanks
awk "$(cat tests/support/code.awk)"'
# Reports the calls of a loader in `text` whose mode is not "t". The mode is
# the last argument; luaL_loadbuffer has none, which means both.
function scan(file, text,    at, where, name, i, n, c, depth, mode) {
    at = 0
    while (match(substr(text, at + 1),
            /(lua_load|luaL_loadbufferx?)[ \t\n]*\(/)) {
        where = at + RSTART
        at += RSTART + RLENGTH - 1
        if (substr(text, where - 1, 1) ~ /[A-Za-z0-9_]/) continue
        name = substr(text, where, at - where + 1)
        sub(/[ \t\n]*\($/, "", name)
        depth = 1
        mode = ""
        n = length(text)
        for (i = at + 1; i <= n && depth > 0; i++) {
            c = substr(text, i, 1)
            if (c == "\"" || c == "'"'"'") {
                c = literal(text, i)
                i += length(c) - 1
            }
            if (c == "(") depth++
            if (c == ")") depth--
            if (c == "," && depth == 1) mode = ""
            else if (depth > 0) mode = mode c
        }
        gsub(/[ \t\n]/, "", mode)
        if (mode == "\"t\"" && name != "luaL_loadbuffer") continue
        trusted = file ~ /^interpreter\/ship\//
        if (trusted && (site == "" || site == file)) {
            site = file
            continue
        }
        print file ":" line_of(text, where) ": " name " takes binary chunks" \
            (trusted ? ", and so does " site : "; its mode must be \"t\"")
        bad = 1
    }
}
function line_of(text, position) {
    text = substr(text, 1, position)
    return gsub(/\n/, "", text) + 1
}
FNR == 1 && NR > 1 {
    scan(file, text)
    text = ""
}
{
    file = FILENAME
    text = text code($0) "\n"
}
END {
    scan(file, text)
    exit bad
}' $files
