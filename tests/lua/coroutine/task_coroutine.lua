-- A task's own coroutine is the scheduler's: to the script it is like the main
-- Lua thread, but it is not the main one.
local co
local gate = plait.Future()
local task = async(function()
    local is_main
    co, is_main = coroutine.running()
    print(type(co), is_main, coroutine.status(co)) --> thread	false	running
    print(pcall(coroutine.yield, 1)) --> false	attempt to yield from outside a coroutine
    print(coroutine.isyieldable(), coroutine.isyieldable(co)) --> false	false
    print(coroutine.wrap(function()
        return coroutine.status(co), coroutine.isyieldable(), coroutine.isyieldable(co)
    end)()) --> normal	true	false
    print(pcall(coroutine.close, co)) --> false	cannot close a running coroutine
    await(gate)
    print("same", coroutine.running() == co)
end)
plait.yield()

print(coroutine.status(co)) --> normal
print(coroutine.resume(co)) --> false	cannot resume non-suspended coroutine
print(pcall(coroutine.close, co)) --> false	cannot close a normal coroutine
gate:resolve()
await(task) --> same	true
print(coroutine.status(co)) --> dead
print(coroutine.resume(co)) --> false	cannot resume dead coroutine
print(coroutine.close(co)) --> true

-- It stays dead: a later task gets another one.
for _ = 1, 10 do
    await(async(function() assert(coroutine.running() ~= co) end))
end
print(coroutine.status(co)) --> dead
