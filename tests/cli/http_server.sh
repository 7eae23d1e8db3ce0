#!/bin/sh
# plait.http's server, as clients that others wrote see it: curl, wrk, nc; and
# Ctrl-C, which ends it.
# Environment: PLAIT, the program.
. "$(dirname "$0")/support/cli.sh"
command -v curl >/dev/null || skip "there is no curl"

cat >server.lua <<'EOF2'
local http = plait.http
local static = http.files("public")
local function slowly(i) return function()
    i = i - 1
    sleep(0.001)
    return i >= 0 and "piece\n" or nil
end end
local server = assert(http.serve("127.0.0.1:0", function(request)
    local path = request.path
    if path == "/hello" then return "hello\n" end
    if path == "/echo" then return { headers = { ["Content-Type"] = request.headers["content-type"] }, body = request:body() } end
    if path == "/pipe" then return { body = function() return request:read(65536) end } end
    if path == "/pieces" then return { body = slowly(100) } end
    if path == "/wait" then
        local mark <close> = setmetatable({}, { __close = function(_, err) print(err) io.stdout:flush() end })
        sleep(60)
    end
    return static(request)
end, { body_limit = 1 << 30 }))
local file <close> = io.open("url.new", "w")
file:write(server.url, "\n")
file:close()
os.rename("url.new", "url")
server:wait()
EOF2
mkdir public
head -c 5000000 /dev/urandom >public/big
echo "<p>index</p>" >public/index.html

"$plait" server.lua >server.out 2>server.err &
server=$!
trap 'kill -KILL "$server" 2>/dev/null; cd / && rm -rf "$work_dir"' EXIT
while [ ! -s url ]; do
  kill -0 "$server" 2>/dev/null || { cat server.err; fail "the server has ended"; finish; }
done
url=$(cat url)
url=${url%/}

# same NAME FILE COMMAND...: what the command prints is the file.
same() {
  name=$1 file=$2
  shift 2
  "$@" >got 2>got.err || fail "$name: status $?"
  cmp -s got "$file" || fail "$name: something else"
}
# says TEXT COMMAND...: what the command prints is the text.
says() {
  text=$1
  shift
  got=$("$@" 2>&1) || fail "$*: status $?"
  [ "$got" = "$text" ] || fail "$*: '$got', not '$text'"
}
get="curl -sS --max-time 60"

says hello $get "$url/hello"
says "a=b c" $get -d "a=b c" "$url/echo"
says "<p>index</p>" $get "$url/"
same "a large file" public/big $get "$url/big"
same "a large body" public/big $get --data-binary @public/big "$url/echo"
same "a large body in chunks" public/big $get -H "Transfer-Encoding: chunked" --data-binary @public/big "$url/echo"
same "through the handler" public/big $get -H "Transfer-Encoding: chunked" -T public/big "$url/pipe"
same "a body that is asked for" public/big $get -H "Expect: 100-continue" -T public/big "$url/echo"
same "slowly" public/big $get --limit-rate 50M "$url/big"
says "100" sh -c "$get $url/pieces | wc -l"
says "200 5000000" $get -I -o /dev/null -w '%{http_code} %header{content-length}' "$url/big"
head -c 100 public/big >part
same "a part" part $get -r 0-99 "$url/big"
dd if=public/big bs=1 skip=4999990 of=part 2>/dev/null
same "the rest" part $get -C 4999990 "$url/big"
same "by HTTP/1.0" public/big $get -0 "$url/big"
says 404 $get -o /dev/null -w '%{http_code}' "$url/none"
says 404 $get -o /dev/null -w '%{http_code}' --path-as-is "$url/../server.lua"
# Several requests on one connection.
connects=$($get -w '%{stderr}%{num_connects}\n' "$url/hello" "$url/hello" "$url/hello" 2>&1 >/dev/null | grep -c 1)
[ "$connects" = 1 ] || fail "three requests took $connects connections"
tag=$($get -I "$url/big" | sed -n 's/^ETag: \(.*\)\r$/\1/p')
says 304 $get -o /dev/null -w '%{http_code}' -H "If-None-Match: $tag" "$url/big"
says 304 $get -o /dev/null -w '%{http_code}' -z public/big "$url/big"

# A client that does not wait for its answer.
curl -sS --max-time 0.2 "$url/wait" >/dev/null 2>&1 && fail "there was an answer"
while ! grep -q "the client has gone" server.out; do
  kill -0 "$server" 2>/dev/null || { fail "the server has ended"; break; }
done

# By hand.
if command -v nc >/dev/null; then
  address=${url#http://}
  by_hand() { printf "$1" | nc -N -w 10 "${address%:*}" "${address#*:}" | head -1 | tr -d '\r'; }
  says "HTTP/1.1 200 OK" by_hand 'GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  says "HTTP/1.1 400 Bad Request" by_hand 'nonsense\r\n\r\n'
  says "" by_hand 'GET /hello HT'
fi

# Many at once.
if command -v wrk >/dev/null; then
  wrk -t1 -c100 -d1 --timeout 30 "$url/hello" >wrk.out 2>&1 || fail "wrk: status $?"
  grep -q "Requests/sec" wrk.out || fail "wrk: no result"
  grep -E "Socket errors|Non-2xx" wrk.out && fail "wrk met errors"
fi

# A program goes on as long as a server is open, and does not take it for stuck.
cat >stays.lua <<'EOF2'
local http = plait.http
local server
server = assert(http.serve("unix:sock", function()
    async(server.close, server)
    return "the last one\n"
end))
EOF2
"$plait" stays.lua 2>stays.err &
stays=$!
while [ ! -S sock ]; do kill -0 "$stays" || break; done
says "the last one" $get --unix-socket sock "http://x/"
status=0
wait "$stays" || status=$?
[ "$status" = 0 ] || fail "the one that stays: status $status"
[ ! -s stays.err ] || fail "the one that stays: $(cat stays.err)"

kill -INT "$server"
status=0
wait "$server" || status=$?
[ "$status" = 130 ] || fail "Ctrl-C: status $status"
finish
