#!/bin/sh
# plait --listen and plait attach without a terminal: what entries come to, where the
# socket is, who may use it, what the ends of either side leave behind.
. "$(dirname "$0")/support/cli.sh"

# A socket's path may not be long.
run_dir=$(mktemp -d /tmp/plait-attach.XXXXXX) || exit 2
socket="$run_dir/sock"
server=
trap '[ -z "$server" ] || kill -KILL "$server" 2>/dev/null; cd / && rm -rf "$work_dir" "$run_dir"' EXIT

# serve CODE: a program that listens, until it has said a line; its other lines go to
# server.out. `stop:set()` ends it; it waits with a time-out, else it would be a deadlock
# while nobody is at a prompt.
mkfifo said
serve() {
  "$plait" --listen "$socket" -e "stop = plait.Event() $1
    print 'ready' stop:wait(600)" >said 2>server.err </dev/null &
  server=$!
  exec 3<said
  read -r _ <&3
  cat <&3 >server.out &
  reader=$!
  exec 3<&-
}

# ends STATUS: the program does.
ends() {
  end_status=0
  wait "$server" || end_status=$?
  [ "$end_status" = "$1" ] || { fail "status $end_status of the program, not $1"; cat server.err; }
  server=
  wait "$reader"
}

# until_true COMMAND...
until_true() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -le 600 ] || return 1
    sleep 0.02
  done
}

# entries TEXT STATUS OUT [ERR]: of `plait attach`; ERR is the first line of it.
entries() {
  printf '%s' "$1" >input
  gives "lua attach '$socket' <input" "$2" "$3" "${4-}"
}

serve 'counter = 1 print_there = print'
[ "$(stat -c %a "$socket")" = 600 ] || fail "mode of the socket: $(stat -c %a "$socket")"
entries '1 + 1
counter = counter + 1
counter
' 0 '2
2'
entries 'local x = 5
local function twice()
  return x * 2
end
twice(), _
_ or 7
_ + 1
' 0 '10
nil
7
8'
entries 'x, counter' 0 'nil
2'
entries 'print("out") io.write("put\n") io.stderr:write("err\n")' 0 'out
put' 'err'
entries 'error("no")' 1 '' 'prompt:1: no'
entries 'error("no")
"well"' 0 '"well"' 'prompt:1: no'
entries 'for' 1 '' "prompt:1: <name> expected near <eof>"
entries '.help wait' 0 "$("$plait" help wait)"
entries '.nothing' 0 'there is no command .nothing; .help lists them'
entries '.exit
print("more")' 0 ''
entries '' 0 ''
# A strand of an entry prints to its prompt; functions of the program print there.
entries 'await(async(print, "task"))
await(async(function() io.write("more\n") end))' 0 'task
more'
# Background strands belong to their prompt.
entries 't = async(stop.wait, stop)
h = spawn_thread(function() plait.Event():wait(600) end)
p = spawn_process(function() plait.Event():wait(600) end)
u = plait.every(600, print)' 0 '' \
  'plait: 4 strands of this prompt were cancelled'
entries 't:status(), h:status(), p:status(), u:status(), #plait.threads(), #plait.processes()' 0 '"cancelled"
"cancelled"
"cancelled"
"cancelled"
0
0'
# Failures of theirs are told there, and not at the end of the program.
entries 'async(error, "lost in a task") plait.yield() plait.yield()' 0 '' 'lost in a task'
entries 'h = spawn_thread(error, "lost in a thread") plait.wait{h}' 0 '' 'lost in a thread'
entries 'h = spawn_thread(error, "received") h:join()' 1 '' 'received'
[ "$(grep -c '^received' "$work_dir/err")" = 1 ] || { fail "told twice"; show; }

# Much output.
printf 'for i = 1, 200000 do print(i) end' | "$plait" attach "$socket" >out || fail "much output"
seq 200000 | cmp - out || fail "much output is not the same"
entries '#("x"):rep(3000000)' 0 3000000
printf 'print(("x"):rep(3000000))' | "$plait" attach "$socket" | wc -c >out
[ "$(cat out)" = 3000001 ] || fail "a long line: $(cat out)"
printf 'local s = "%s"\n#s' "$(head -c 900000 /dev/zero | tr '\0' x)" >input
gives "lua attach '$socket' <input" 0 900000
printf 'local s = "%s"\n#s' "$(head -c 1100000 /dev/zero | tr '\0' x)" >input
gives "lua attach '$socket' <input" 1 "" "the entry is too long: 1100012 bytes, of at most 1048576"

# Several at once: ten programs count up one variable.
entries 'counter = 0' 0 ''
clients=
for i in 1 2 3 4 5 6 7 8 9 10; do
  printf 'local me = %d\nfor i = 1, 100 do counter = counter + 1 plait.yield() end\nme' "$i" |
    "$plait" attach "$socket" >"out$i" &
  clients="$clients $!"
done
for client in $clients; do
  wait "$client" || fail "one of ten"
done
for i in 1 2 3 4 5 6 7 8 9 10; do
  [ "$(cat "out$i")" = "$i" ] || fail "client $i: $(cat "out$i")"
done
entries 'counter' 0 1000

# A plain prompt: lines.
if command -v socat >/dev/null; then
  printf '1 + 1\nprint("x")\n' | socat -t 60 - "UNIX:$socket" >out
  tail -n +2 out >lines
  printf '> 2\n> x\n> \n' | cmp -s - lines || fail "lines: $(cat out)"
fi

# A client that is killed takes its entry along, even one that computes.
printf 'print "runs" while true do local t = {} end\n' >input
"$plait" attach "$socket" <input >out &
client=$!
until_true grep -q runs out || fail "it does not run"
kill -KILL "$client"
wait "$client" 2>/dev/null
entries '"answers"' 0 '"answers"'
# One that does not read holds up nobody.
if command -v socat >/dev/null; then
  mkfifo stuck
  (printf 'while true do print(("x"):rep(1000)) end\n'; cat stuck >/dev/null) |
    socat -u - "UNIX:$socket" &
  client=$!
  entries '"answers"' 0 '"answers"'
  : >stuck
  wait "$client" 2>/dev/null
fi

# What is no prompt's.
bad() {
  printf "$1" | SOCKET="$socket" timeout 60 "$plait" -e '
    local conn = assert(plait.net.connect("unix:" .. os.getenv "SOCKET"))
    conn:write(io.read("a"))
    local text = conn:read("a")
    print((text:gsub("^.-%z", ""):gsub("[^%g ]", ".")))' 2>&1
}
expect_bad() {
  got=$(bad "$1" | tail -n 1)
  case $got in *"$2"*) ;; *) fail "bytes $1: $got, not $2" ;; esac
}
expect_bad '\0E\0\0\0\1x' "the first frame is not 'H'"
expect_bad '\0H\0\0\0\4\143\0\0\120' "the versions differ: this program speaks 1 of the protocol, the other end 99"
expect_bad '\0H\0\0\0\0' "a frame makes no sense"
expect_bad '\0H\377\377\377\377' "a frame is too long"
expect_bad '\0H\0\0\0\4\1\0\0\120z\0\0\0\0' "there is no frame 'z'"
entries '"answers"' 0 '"answers"'

# Colours for whoever wants them; and not more than sixteen at once.
SOCKET="$socket" timeout 60 "$plait" -e '
    local function connect() return assert(plait.net.connect("unix:" .. os.getenv "SOCKET")) end
    local conn = connect()
    conn:write("\0H\0\0\0\4\1\1\0\80", "E\0\0\0\0011")
    repeat
        local head = conn:read(5)
        while head:sub(1, 1) ~= "\0" and not head:find("^[hOR]\0\0\0") do head = head:sub(2) .. conn:read(1) end
        if head:sub(1, 1) == "\0" then head = head:sub(2) .. conn:read(1) end
        local bytes = conn:read(head:byte(5))
        if head:sub(1, 1) == "O" then print((bytes:gsub("\27", "ESC"))) end
    until head:sub(1, 1) == "R"
    local all, greeting = { conn }, nil
    repeat -- some of before may be there yet
        assert(#all <= 16)
        all[#all + 1] = connect()
        greeting = all[#all]:read("l")
    until not greeting:find("a prompt of a program")
    print(greeting)' >out 2>&1
printf 'ESC[36m1ESC[0m\n\nplait: there are 16 prompts already\n' | cmp -s - out || fail "colours: $(cat out)"

# The end of the program removes the socket; it says so to those who are there, and
# prints nothing of theirs.
entries 'stop:set() plait.Event():wait()' 1 '' 'plait: the program has ended'
ends 0
[ ! -e "$socket" ] || fail "the socket is left"
[ ! -s server.err ] || fail "the program complains: $(cat server.err)"
[ ! -s server.out ] || fail "the program prints: $(cat server.out)"

# Where there is nobody.
gives "lua attach '$socket'" 1 "" "lua: there is no socket '$socket'"
gives "lua attach" 2 "" "lua: usage: lua attach PATH"
gives "lua attach --help" 2 "" "lua: usage: lua attach PATH"
gives "lua attach a b" 2 "" "lua: usage: lua attach PATH"
: >"$run_dir/file"
gives "lua attach '$run_dir/file'" 1 "" "lua: '$run_dir/file' is no socket"
gives "lua --listen" 2 "" "lua: '--listen' needs the path of a socket"
gives "lua --listen '$run_dir/file' -e 'print(1)'" 1 "" \
  "lua: --listen: '$run_dir/file' is there, and is no socket"
chmod 777 "$run_dir"
gives "lua --listen '$socket' -e 'print(1)'" 1 "" \
  "lua: --listen: others can write to '$run_dir' (mode 777): a private directory is needed, such as one of mode 700"
chmod 700 "$run_dir"
gives "lua --listen '$run_dir/file/sock' -e 'print(1)'" 1 "" \
  "lua: --listen: '$run_dir/file' is no directory"
ln -s "$run_dir" "$run_dir/link"
gives "lua --listen '$run_dir/link/sock' -e 'print(1)'" 1 "" \
  "lua: --listen: '$run_dir/link' is a symbolic link"
long=$(printf '%0120d' 0)
run "lua --listen '$run_dir/$long' -e 'print(1)'"
case $status$err in 1*"is too long for a socket"*) ;; *) fail "a long path: $status $err" ;; esac
gives "lua --listen '$run_dir/' -e 'print(1)'" 1 "" \
  "lua: --listen: '$run_dir/' is no name of a file"

# It keeps no program alive, and hides no deadlock; os.exit removes it, too. A directory
# is made.
gives "lua --listen '$run_dir/new/sock' -e 'print(1)'" 0 1
[ "$(stat -c %a "$run_dir/new")" = 700 ] || fail "mode of the directory"
[ -z "$(ls "$run_dir/new")" ] || fail "it is left"
gives "lua --listen '$run_dir/new/sock' -e 'os.exit(3)'" 3 ""
gives "lua --listen '$run_dir/new/sock' -e 'os.exit(4, true)'" 4 ""
gives "lua --listen '$run_dir/new/sock' -e 'spawn_thread(os.exit, 5) plait.Event():wait()'" 5 ""
gives "lua --listen '$run_dir/new/sock' -e 'error(1, 0)'" 1 "" "lua: 1"
gives "lua --listen '$run_dir/new/sock' -e 'plait.Event():wait()'" 70 "" \
  "lua: deadlock: nothing can run any more"
[ -z "$(ls "$run_dir/new")" ] || fail "it is left: $(ls "$run_dir/new")"
gives "cd '$run_dir' && lua --listen here -e 'print(1)'" 0 1

# One that was killed leaves it: the next program takes its place, but not that of one
# that listens.
serve ''
kill -KILL "$server"
wait "$server" 2>/dev/null
wait "$reader"
[ -S "$socket" ] || fail "it is not left"
gives "lua attach '$socket'" 1 "" \
  "lua: nobody listens at '$socket': the program has ended"
serve ''
gives "lua --listen '$socket' -e 'print(1)'" 1 "" \
  "lua: --listen: another program listens at '$socket'"
entries '"first"' 0 '"first"'

# Another user's.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  as_nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
  chmod 711 "$run_dir"
  run "$as_nobody '$plait' attach '$socket'"
  case $status$err in 1*"you may not connect to '$socket': it is another user's"*) ;; *) fail "another user: $status $err" ;; esac
  # The socket itself is opened to all: who connects is asked.
  chmod 666 "$socket"
  run "$as_nobody '$plait' attach '$socket' </dev/null"
  case $status$err in 1*"'$socket' is a prompt of user 0") ;; *) fail "of another user: $status $err" ;; esac
  if command -v socat >/dev/null; then
    run "$as_nobody socat -t 60 - 'UNIX:$socket'"
    [ "$out" = "plait: this prompt is another user's, not user 65534's" ] || fail "not asked: $out"
  fi
  chmod 700 "$run_dir"
fi
kill -TERM "$server"
ends 143
[ ! -e "$socket" ] || fail "the socket is left after a signal"

finish
