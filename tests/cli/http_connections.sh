#!/bin/sh
# Thousands of connections to one server that stay open, each asked several
# times; fewer under sanitizers, which take ten times as long.
# Environment: PLAIT, the program.
. "$(dirname "$0")/support/cli.sh"
# shellcheck disable=SC3045 # dash, bash and busybox have it
ulimit -n 10500 2>/dev/null || skip "there are too few descriptors"

cat >many.lua <<'EOF2'
package.path = os.getenv("SOURCE_DIR") .. "/tests/lua/support/?.lua;" .. package.path
local web = require "web"
local preset = os.getenv("PLAIT_PRESET")
local COUNT = (preset == "asan" or preset == "tsan") and 1000 or 4000
local server = assert(plait.http.serve("127.0.0.1:0", function(request) return request.path end, { backlog = COUNT }))
local conns = {}
for i = 1, COUNT do conns[i] = web.open(server, web.request("GET", "/" .. i)) end
local right = 0
for round = 1, 2 do
    for i, conn in ipairs(conns) do
        if round == 2 then conn:write(web.request("GET", "/" .. i)) end
    end
    for i, conn in ipairs(conns) do
        if web.answer(conn).body == "/" .. i then right = right + 1 end
    end
end
print(right == 2 * COUNT, server.connections == COUNT, server.requests == 2 * COUNT)
server:close()
local ended = 0
for _, conn in ipairs(conns) do
    if conn:read(1) == nil then ended = ended + 1 end
end
print(ended == COUNT, server.connections)
EOF2
export SOURCE_DIR="$source_dir"
gives "lua many.lua" 0 "true	true	true
true	0"
finish
