# module.sh - what the tests of the module share. Read by them with "."
#
# As tests/cli/support/cli.sh, but `lua` in commands is a stock interpreter of Lua
# 5.4 that finds plait's module.
# shellcheck shell=sh
. "$(dirname "$0")/../cli/support/cli.sh"

stock=${STOCK_LUA:-$lua}
[ -n "$stock" ] || skip "there is no lua5.4"
module_dir=${BUILD_DIR:-$source_dir/build/release}/module
[ -e "$module_dir/plait.so" ] || skip "the module is not built"
rm -f "$work_dir/bin/plait/lua"
cat >"$work_dir/bin/plait/lua" <<END
#!/bin/sh
LUA_CPATH="$module_dir/?.so;;"
export LUA_CPATH
exec "$stock" "\$@"
END
chmod +x "$work_dir/bin/plait/lua"
