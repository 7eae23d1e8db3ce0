-- Handles of strands in another process: gather, race, wait and as_completed
-- watch them there, and cancel them there.
local handles, go, over = plait.Channel(math.huge), plait.Channel(), plait.Future()
local home = spawn_process(function()
    handles:send(spawn_thread(function() return go:recv(), "thread" end))
    handles:send(spawn_thread(function() error({ code = 7 }, 0) end))
    local slow = spawn_thread(sleep, 60)
    handles:send(slow)
    local future = plait.Future()
    handles:send(future)
    await(over)
    return slow:status()
end)
local thread, failing, slow, future = handles:recv(), handles:recv(), handles:recv(), handles:recv()

plait.wait{ failing }
local done, pending = plait.wait({ thread, failing, slow }, { when = "first" })
print(#done, done[1] == failing, #pending) --> 1	true	2
for handle, i in plait.as_completed{ slow, thread, failing } do
    if handle == slow then break end
    print(i, handle:status())
    if handle == failing then go:send("gone") end
    if handle == thread then slow:cancel() end
end
--> 3	failed
--> 2	done
local list = gather(thread, function() return "near" end)
print(list[1], list[2], list.n) --> gone	near	2
async(function()
    sleep(0.01)
    future:resolve("from here", 2)
end)
print(plait.race(future, async(sleep, 60))) --> 1	from here	2
print(pcall(plait.race, future, failing)) --> true	1	from here	2
local ok, err = pcall(gather, future, failing)
print(ok, err.code) --> false	7
over:resolve()
print(await(home)) --> cancelled
