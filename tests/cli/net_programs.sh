#!/bin/sh
# Sockets between plait and programs that others wrote: nc and socat, each as a
# client and as a server, over TCP and over a Unix socket. Each side ends its half
# first once, and what is on its way still comes.
# Environment: PLAIT, the program.
. "$(dirname "$0")/support/cli.sh"
command -v nc >/dev/null || skip "there is no nc"
nc -h 2>&1 | grep -q OpenBSD || skip "nc is another one than netcat-openbsd"
command -v socat >/dev/null || skip "there is no socat"

# Serves as many as there are numbers: sends back what comes, up to its end, and then the
# number of bytes.
cat >server.lua <<'EOF2'
local listener <close> = assert(plait.net.listen(arg[1]))
print(listener.port or "listening")
io.stdout:flush()
for _ = 1, tonumber(arg[2]) do
    local conn <close> = listener:accept()
    local count = 0
    for piece in conn:lines(65536) do
        conn:write(piece)
        count = count + #piece
    end
    conn:write("\n", count, "\n")
end
EOF2

# Sends a file and the end, and writes what comes back to another one.
cat >client.lua <<'EOF2'
local conn
repeat conn = plait.net.connect(arg[1], 5) until conn -- the program has yet to listen
local served <close> = conn
local sender = async(function()
    for piece in assert(plait.fs.open(arg[2])):lines(65536) do assert(conn:write(piece)) end
    conn:shutdown()
end)
local file <close> = assert(io.open(arg[3], "w"))
for piece in conn:lines(65536) do file:write(piece) end
await(sender)
EOF2

head -c 3000000 /dev/urandom >sent
{ cat sent; printf '\n3000000\n'; } >wanted
children=
trap 'for p in $children; do kill "$p" 2>/dev/null; done; cd / && rm -rf "$work_dir"' EXIT

# Waits for a line in a file that somebody who runs writes.
line_of() {
  while [ ! -s "$1" ]; do
    kill -0 "$2" 2>/dev/null || { fail "a program has ended"; finish; }
  done
  cat "$1"
}
is_same() { cmp -s "$1" "$2" || fail "$3: something else, $(wc -c <"$1") bytes"; }

# ---- plait serves

"$plait" server.lua localhost:0 2 >port &
server=$! children="$children $!"
port=$(line_of port "$server")
nc -N localhost "$port" <sent >got || fail "nc: status $?"
is_same got wanted "nc, TCP"
socat -t 60 - "TCP:localhost:$port" <sent >got || fail "socat: status $?"
is_same got wanted "socat, TCP"
wait "$server" || fail "the server for TCP: status $?"

"$plait" server.lua "unix:$PWD/socket" 2 >ready &
server=$! children="$children $!"
line_of ready "$server" >/dev/null
nc -N -U socket <sent >got || fail "nc: status $?"
is_same got wanted "nc, Unix"
socat -t 60 - UNIX-CONNECT:socket <sent >got || fail "socat: status $?"
is_same got wanted "socat, Unix"
wait "$server" || fail "the server for a Unix socket: status $?"
[ ! -e socket ] || fail "the socket is still there"

# ---- plait is the client

# A port that was free a moment ago.
free_port() {
  "$plait" -e 'local l <close> = plait.net.listen("localhost:0") print(l.port)'
}

# nc sends what it has and its end, and keeps what comes.
port=$(free_port)
nc -N -l 127.0.0.1 "$port" <wanted >kept &
program=$! children="$children $!"
"$plait" client.lua "127.0.0.1:$port" sent got || fail "with nc: status $?"
wait "$program" || fail "nc listens: status $?"
is_same got wanted "from nc, TCP"
is_same kept sent "to nc, TCP"

nc -N -l -U there <wanted >kept &
program=$! children="$children $!"
"$plait" client.lua "unix:$PWD/there" sent got || fail "with nc: status $?"
wait "$program" || fail "nc listens: status $?"
is_same got wanted "from nc, Unix"
is_same kept sent "to nc, Unix"

port=$(free_port)
for place in "TCP-LISTEN:$port,bind=127.0.0.1 127.0.0.1:$port" \
  "UNIX-LISTEN:here unix:$PWD/here"; do
  socat -t 60 "${place% *}" EXEC:cat &
  program=$! children="$children $!"
  "$plait" client.lua "${place#* }" sent got || fail "with socat: status $?"
  wait "$program" || fail "socat listens: status $?"
  is_same got sent "from socat, $place"
done
finish
