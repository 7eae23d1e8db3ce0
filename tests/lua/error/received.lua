-- Errors that somebody received are not reported: by await, by error, by a thread, by gather; nor are cancellations.
for _, start in ipairs{async, spawn_thread, spawn_process} do
    pcall(await, start(error, "awaited"))
    local asked = start(error, "asked for")
    while not asked:done() do sleep(0.001) end
    print(asked:error())
    pcall(gather, start(error, "gathered"))
    local cancelled = start(sleep, 600)
    cancelled:cancel()
end
--> asked for
--> asked for
--> asked for
local thread = spawn_thread(error, "awaited by another")
await(spawn_thread(function() pcall(await, thread) end))
print(select("#", pcall(await, spawn_process("false")))) --> 2
