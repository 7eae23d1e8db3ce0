#!/bin/sh
# The size and shape of source files: none over 600 lines, none named after
# a system header, every header with an opening comment and a guard.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$source_dir" || exit 2

files=$(sh tests/support/list runtime interpreter | grep '\.[ch]$')
[ -n "$files" ] || exit 0

# shellcheck disable=SC2086 # a list of files without blanks
awk '
function complain(file, why) {
    print file ": " why
    bad = 1
}
function finish() {
    if (lines > 600) complain(file, lines " lines: two reasons to change?")
    if (file ~ /\.h$/ && !guarded) complain(file, "no include guard")
}
BEGIN {
    # Those of C, POSIX and glibc that a module could be called after.
    n = split("aio assert complex ctype dirent dlfcn endian errno error " \
        "fcntl fenv float ftw glob grp iconv inttypes limits link locale " \
        "malloc math mqueue netdb poll pthread pwd regex sched search " \
        "semaphore setjmp signal spawn stdalign stdarg stdatomic stdbool " \
        "stddef stdint stdio stdlib stdnoreturn string strings syslog tar " \
        "termios tgmath threads time uchar unistd utime wchar wctype", names)
    for (i = 1; i <= n; i++) taken[names[i]] = 1
}
FNR == 1 {
    if (file != "") finish()
    file = FILENAME
    guard = ""
    guarded = 0
    base = file
    sub(/.*\//, "", base)
    stem = base
    sub(/\.[ch]$/, "", stem)
    if (stem in taken) complain(file, "is named after a system header")
    if (file ~ /\.h$/ && index($0, "/* " base " - ") != 1)
        complain(file, "does not open with \"/* " base " - what it is for\"")
}
{ lines = FNR }
guard != "" && !guarded { guarded = $1 == "#define" && $2 == guard; guard = "-" }
/^#ifndef / && guard == "" { guard = $2 }
END {
    finish()
    exit bad
}' $files
