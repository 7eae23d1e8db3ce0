-- A future is resolved by another thread, and awaited by several.
local f, failing = plait.Future(), plait.Future()
local thread = spawn_thread(function()
    f:resolve("from thread", nil)
    failing:reject({ code = 9 })
    return await(f)
end)
print(await(f)) --> from thread	nil
print(select(2, pcall(await, failing)).code) --> 9
print(await(thread)) --> from thread	nil
