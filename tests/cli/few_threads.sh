#!/bin/sh
# Where the threads for files cannot be had it is an error that the script gets, and no abort of libuv.
. "$(dirname "$0")/support/cli.sh"
case ${PLAIT_PRESET:-} in asan | tsan) skip "a sanitizer needs all addresses" ;; esac

cat >script.lua <<'END2'
local text, message, code = plait.fs.read("/etc/passwd")
print(text and "read" or code)
plait.net.connect("localhost:1")
END2
# From where the program itself does not get enough memory to where all is well.
refused=0
all=0
for kilobytes in $(seq 12000 4000 140000); do
  status=0
  (ulimit -v "$kilobytes" && exec "$plait" script.lua >out 2>err) || status=$?
  [ "$status" -lt 128 ] || fail "with $kilobytes KiB: status $status: $(cat err)"
  case $(cat out) in
  11) refused=$((refused + 1)) ;;
  read) all=$((all + 1)) ;;
  esac
done
[ "$refused" -gt 0 ] || fail "threads were never refused"
[ "$all" -gt 0 ] || fail "the file was never read"
finish
