#!/bin/sh
# A read of the standard input, which blocks the thread it runs in, ends when its
# strand is to stop; one of a strand that is not to stop goes on, whatever is
# cancelled beside it.
. "$(dirname "$0")/support/cli.sh"

# ended WHAT STATUS: it ended well, with what is in ./wanted.
ended() {
  [ "$2" = 0 ] || fail "$1 ended with status $2"
  diff wanted out >differs || fail "$1 printed something else"
  cat differs err
}

mkfifo "$work_dir/input" && exec 4<>"$work_dir/input" || exit 2

cat >cancelled.lua <<'END'
local function read(running)
    local c <close> = setmetatable({}, { __close = function() print("closed") end })
    running:set()
    return io.read()
end
local function cancel(h, running)
    running:wait()
    h:cancel("enough")
end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local running = plait.Event()
    local h = start(read, running)
    spawn_thread(cancel, h, running)
    print(pcall(await, h))
end
END
"$plait" cancelled.lua <&4 >out 2>err
status=$?
cat >wanted <<'END'
closed
false	cancelled: enough
closed
false	cancelled: enough
closed
false	cancelled: enough
END
ended "a read that is cancelled" $status

# The reader is a task; another task of its thread, and the thread, are told to
# stop, which they can only when it has read.
cat >innocent.lua <<'END'
local tasks, go = plait.Channel(2), plait.Event()
local t = spawn_thread(function()
    local other = async(function() sleep(math.huge) end)
    local reader = async(function()
        tasks:send(other)
        local text, why = io.read()
        print("read", text, why)
    end)
    await(reader)
end)
local other = tasks:recv()
for i = 1, 20 do
    other:cancel()
    if i == 10 then t:cancel() end
    sleep(0.01)
end
print("type")
print(pcall(await, t))
END
"$plait" innocent.lua <&4 >out 2>err &
pid=$!
until grep -q type out 2>/dev/null; do
  kill -0 "$pid" || break
done
echo hello >&4
wait "$pid"
status=$?
cat >wanted <<'END'
type
read	hello	nil
false	cancelled
END
ended "a read that is not" $status

# It goes on also if a strand of the same scope ends.
cat >beside.lua <<'END'
local ended = plait.Event()
local watcher = spawn_thread(function()
    ended:wait()
    sleep(0.1) -- longer than the grace
    print("type")
end)
local s <close> = plait.scope()
s:spawn_thread(function()
    local _ <close> = setmetatable({}, { __close = function() ended:set() end })
end)
s:async(function() print("task", io.read()) end)
plait.yield()
print("block", io.read())
END
"$plait" beside.lua <&4 >out 2>err &
pid=$!
until grep -q type out 2>/dev/null; do
  kill -0 "$pid" || break
done
echo hello >&4
echo again >&4
wait "$pid"
status=$?
cat >wanted <<'END'
type
task	hello
block	again
END
ended "a read beside a strand that ends" $status
finish
