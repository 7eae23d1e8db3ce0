-- While a coroutine is suspended by a wait it is "normal", and another task
-- can neither resume nor close it.
local gate = plait.Future()
local inner
local outer = coroutine.create(function()
    inner = coroutine.create(function()
        await(gate)
        coroutine.yield("one")
        return "two"
    end)
    print("inner", coroutine.resume(inner))
    return "outer done"
end)
local wrapped = coroutine.wrap(function() await(gate) return "wrapped" end)
local task = async(coroutine.resume, outer)
local other = async(wrapped)
plait.yield()

print(coroutine.status(outer), coroutine.status(inner)) --> normal	normal
print(coroutine.resume(outer, 1, 2, 3)) --> false	cannot resume non-suspended coroutine
print(coroutine.resume(inner)) --> false	cannot resume non-suspended coroutine
print(pcall(coroutine.close, inner)) --> false	cannot close a normal coroutine
print(pcall(wrapped, 1)) --> false	cannot resume non-suspended coroutine

gate:resolve()
--> inner	true	one
print(await(task)) --> true	outer done
print(await(other)) --> wrapped
print(coroutine.status(outer), coroutine.status(inner)) --> dead	suspended
print(coroutine.resume(inner)) --> true	two
print(coroutine.resume(inner)) --> false	cannot resume dead coroutine
