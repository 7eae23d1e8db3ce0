#!/bin/sh
# Process groups of children: each has its own, which ends with the program, unless
# it may use the terminal.
. "$(dirname "$0")/support/cli.sh"
. "$source_dir/tests/cli/support/signals.sh"

# A program of two processes that take no notice of SIGTERM. They have `there` open: a
# pipe that ends with the last of them.
cat >stubborn.lua <<'END'
local h = spawn_process{ "sh", "-c",
  "trap '' TERM; (echo ready; exec sleep 600) & while :; do wait; done",
  stdin = "/dev/null", stdout = "there", stderr = "/dev/null", daemon = true }
local there <close> = io.open("begun")
there:read("l")
END
mkfifo there begun

# reads: passes on the first line of `there`, and waits for its end.
reads() {
  {
    read -r line
    echo "$line" >begun
    cat
  } <there >rest_of_group &
  reader=$!
}

# is_gone WHAT: all that has `there` open is.
is_gone() {
  wait "$reader"
  [ ! -s rest_of_group ] || fail "$1: $(cat rest_of_group)"
}

reads
gives "lua -e 'dofile \"stubborn.lua\"'" 0 ""
is_gone "the end of the program"

reads
gives "lua -e 'dofile \"stubborn.lua\" os.exit(3)'" 3 ""
is_gone "os.exit"

# A second Ctrl-C.
stubborn='setmetatable({}, { __close = function() '"$ready"' sleep(100) end })'
reads
send "INT INT" "dofile 'stubborn.lua' local guard <close> = $stubborn $ready sleep(100)"
[ "$status" = 130 ] || fail "status $status after the second one"
is_gone "a second Ctrl-C"

# Who leads a group: the fifth number of its line.
cat >group.lua <<'END'
local is_file = arg[2] == "files"
local out = is_file and "out" or nil
local code = "read -r pid _ _ _ group _ </proc/$$/stat; test $pid = $group && echo leads || echo member"
if arg[1] == "program" then
  spawn_process{ "sh", "-c", code, stdout = out, stderr = out and "/dev/null", stdin = out and "/dev/null" }
else
  spawn_process{ function()
    local file = io.open("/proc/self/stat")
    local pid, group = file:read("a"):match("^(%d+) .*%) %a %d+ (%d+)")
    print(pid == group and "leads" or "member")
  end, stdout = out, stderr = out and "/dev/null", stdin = out and "/dev/null" }
end
END
for kind in program function; do
  gives "lua group.lua $kind" 0 leads
done

if command -v script >/dev/null &&
  script -qefc true /dev/null </dev/null >/dev/null 2>&1
then
  for kind in program function; do
    SHELL=/bin/sh script -qefc "exec '$plait' group.lua $kind" session \
      </dev/null >/dev/null 2>&1
    tr -d '\r' <session | grep -qx member || fail "$kind at a terminal: $(cat session)"
    SHELL=/bin/sh script -qefc "exec '$plait' group.lua $kind files" session \
      </dev/null >/dev/null 2>&1
    [ "$(cat out)" = leads ] || fail "$kind without the terminal: $(cat out)"
  done
fi

finish
