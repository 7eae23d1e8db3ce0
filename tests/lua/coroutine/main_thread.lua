-- The main script runs on the main Lua thread, also inside of waits.
local co, is_main = coroutine.running()
print(is_main, coroutine.isyieldable()) --> true	false
print(pcall(coroutine.yield)) --> false	attempt to yield from outside a coroutine
sleep(0)
print(coroutine.running() == co, coroutine.status(co)) --> true	running
await(async(function()
    print(coroutine.status(co), coroutine.resume(co)) --> normal	false	cannot resume non-suspended coroutine
end))
await(spawn_thread(function()
    print(select(2, coroutine.running()), coroutine.isyieldable()) --> true	false
end))
