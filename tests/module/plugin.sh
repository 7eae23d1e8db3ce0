#!/bin/sh
# libplait.so opened for a plug-in alone still gives Lua to C modules.
. "$(dirname "$0")/support/module.sh"
build=${BUILD_DIR:-$source_dir/build/release}
"$stock" -e "require 'cjson'" >/dev/null 2>&1 || skip "no module cjson"
gives "'$build/tests/plugin_host' '$build/libplait.so' \"
  local encode = require('cjson').encode
  print(encode{ 1, 2 }, await(spawn_thread(function() return require('cjson').encode{ 3 } end)))\"" 0 '[1,2]	[3]'
finish
