#!/bin/sh
# No test sleeps to wait for something: it waits for the thing, or runs on
# the virtual clock.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "$0")/../.." && pwd)}
cd "$source_dir" || exit 2

files=$(sh tests/support/list tests | grep '\.[ch]$')
[ -n "$files" ] || exit 0

# shellcheck disable=SC2086 # a list of files without blanks
awk "$(cat tests/support/code.awk)"'
{ line = code($0) }
line ~ /(^|[^A-Za-z0-9_])(sleep|usleep|nanosleep|clock_nanosleep)[ \t]*\(/ {
    print FILENAME ":" FNR ": a test that sleeps:" line
    bad = 1
}
END { exit bad }' $files
