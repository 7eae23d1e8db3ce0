#!/bin/sh
# A stock interpreter's Ctrl-C ends the wait of its main script, whatever that is; and
# plait.signal has functions for signals.
. "$(dirname "$0")/support/module.sh"

# waits CODE: INT comes while the code waits, which is told by a line of its output.
waits() {
  cat >wait.lua <<END
local plait <close> = require "plait"
plait.async(function()
  plait.sleep(0.01) -- the main script waits by now
  print(plait.pid())
  io.stdout:flush()
end)
local ok, err = pcall(function() $1 end)
print(ok, (tostring(err):gsub("^.*: ", "")))
os.exit(0)
END
  rm -f pipe && mkfifo pipe
  (PATH="$work_dir/bin/plait:$PATH" exec lua wait.lua >pipe 2>wait.err) &
  {
    read -r pid
    kill -INT "$pid"
    result=$(cat)
  } <pipe
  wait $!
  [ "$result" = "false	interrupted!" ] && return
  fail "INT while it waits: $1"
  echo "$result"
  cat wait.err
}
waits 'plait.sleep(100)'
waits 'plait.exec{ "sleep", "100" }'
waits 'plait.await(plait.spawn_thread(function() sleep(100) end))'
waits 'plait.await(plait.spawn_process(function() sleep(100) end))'

cat >signal.lua <<'END'
local plait <close> = require "plait"
local came = plait.Event()
plait.signal("USR1", function(name, count) print(name, count) came:set() end)
plait.spawn_process("kill", "-USR1", tostring(plait.pid()))
came:wait()
print(plait.signal("USR1", nil) ~= nil)
END
gives "lua signal.lua" 0 'USR1	1
true'
finish
