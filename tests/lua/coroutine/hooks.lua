-- A hook of the script stays with its coroutine over waits.
local count = 0
local co = coroutine.create(function()
    debug.sethook(function() count = count + 1 end, "l")
    local a = 1
    plait.yield()
    local b = 2
    coroutine.yield()
    debug.sethook()
end)
await(async(function()
    coroutine.resume(co)
    print(count, debug.gethook()) --> 4	nil
    coroutine.resume(co)
    print(count, coroutine.status(co)) --> 5	dead
end))
