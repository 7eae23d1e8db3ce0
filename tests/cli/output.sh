#!/bin/sh
# Standard output that takes no more, or is closed: nothing is lost silently.
. "$(dirname "$0")/support/cli.sh"

refuses() {
  run "$1"
  [ "$status" != 0 ] || fail "status of $1: 0"
  [ -n "$err" ] || fail "$1 says why"
}

if [ -w /dev/full ]; then
  refuses "lua -e 'print(1)' >/dev/full"
  refuses "lua -e 'io.write(1)' >/dev/full"
  refuses "lua -e 'io.stdout:setvbuf(\"full\") print(1)' >/dev/full"
  refuses "lua --help >/dev/full"
  refuses "lua --version >/dev/full"
  refuses "lua help >/dev/full"
  refuses "lua help start >/dev/full"
fi

refuses "lua -e 'print(1)' >&-"
refuses "lua --help >&-"
refuses "lua help >&-"
gives "lua -e 'x = 1' >&-" 0 ""
gives "lua -e 'x = 1' <&- >&- 2>&-" 0 ""

# A file opened by the script does not become its standard output.
run "lua -e 'file = io.open(\"made\", \"w\") print(\"stray\") file:close()' >&-"
[ -f made ] || fail "the file was made"
[ -s made ] && fail "print wrote into a file: $(cat made)"

# Output is complete in files, pipes, and at the end by error or os.exit.
lines='for i = 1, 20000 do print(i) end'
[ "$("$plait" -e "$lines" | wc -l)" = 20000 ] || fail "output into a pipe"
"$plait" -e "$lines" >file
[ "$(wc -l <file)" = 20000 ] || fail "output into a file"
"$plait" -e "$lines error()" >file 2>/dev/null
[ "$(wc -l <file)" = 20000 ] || fail "output before an error"
"$plait" -e "$lines os.exit(3)" >file
[ "$(wc -l <file)" = 20000 ] || fail "output before os.exit"
"$plait" -e "$lines os.exit(3, true)" >file
[ "$(wc -l <file)" = 20000 ] || fail "output before os.exit with close"

finish
