#!/bin/sh
# Unix sockets that somebody may not connect to, or listen at: a message, and a
# number. As root the test becomes somebody else.
# Environment: PLAIT, the program.
. "$(dirname "$0")/support/cli.sh"
cat >server.lua <<'EOF2'
local listener <close> = assert(plait.net.listen("unix:" .. arg[1], { mode = "000" }))
print("listening")
io.stdout:flush()
plait.stdin:read("a")
EOF2
cat >client.lua <<'EOF2'
print(plait.net.connect("unix:socket"))
print(plait.net.listen("unix:closed/socket"))
EOF2
become=
if [ "$(id -u)" = 0 ]; then
  command -v setpriv >/dev/null || skip "there is no setpriv"
  become="setpriv --reuid=65534 --regid=65534 --clear-groups"
  chmod 755 "$work_dir" "$work_dir/cwd"
  cp "$plait" program # where it is nobody else may look
  plait=./program
fi
mkdir closed
chmod 555 closed
mkfifo input
"$plait" server.lua socket <input >ready &
server=$!
exec 3>input
while [ ! -s ready ]; do
  kill -0 "$server" 2>/dev/null || { fail "the server has ended"; finish; }
done
# shellcheck disable=SC2086 # words
out=$($become "$plait" client.lua 2>&1)
[ "$out" = "nil	unix:socket: Permission denied	13
nil	unix:closed/socket: Permission denied	13" ] || fail "$out"
exec 3>&-
wait "$server" || fail "status $?"
finish
