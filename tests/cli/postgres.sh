#!/bin/sh
# A real PostgreSQL server: its Lua module in the threads and processes of pools, and psql as another program.
. "$(dirname "$0")/support/cli.sh"

command -v psql >/dev/null || skip "there is no psql"
lua5.4 -l luasql.postgres -e '' 2>/dev/null || skip "lua5.4 has no module 'luasql.postgres'"
[ "$(id -u)" != 0 ] || id postgres >/dev/null 2>&1 || skip "root may not run a server, and there is no user 'postgres'"
export LUA_PATH="$source_dir/tests/cli/support/?.lua;;"
"$plait" -e 'os.exit(require("postgres").find() and 0 or 1)' || skip "there is no initdb"

cat >script.lua <<'END2'
local server <close> = require("postgres").start()
local result = plait.exec{ arg[-3], "--stall", "off", arg[1], server.address, timeout = 100 }
io.write(result.stdout, result.stderr)
END2
timeout -k 10 110 "$plait" --stall off script.lua "$source_dir/scripts/postgres.lua" >out 2>&1
cat >wanted <<'END2'
180 of 200 transfers
in all accounts:	1000
the long query:	false	canceling statement due to user request
within a limit:	canceling statement due to statement timeout
END2
diff -u wanted out || fail "scripts/postgres.lua"

timeout -k 10 110 "$plait" --stall off "$source_dir/tests/cli/support/postgres_proofs.lua" >out 2>&1 || fail "the proofs: status $?"
[ "$(cat out)" = "done" ] || fail "the proofs: $(cat out)"
finish
