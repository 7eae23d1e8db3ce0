-- The C function is named as well when a generator inside of it wants to wait.
local h = async(function()
    return (("x"):gsub("x", coroutine.wrap(function() sleep(1) end)))
end)
local ok, err = pcall(await, h)
print(ok, plait.kind(err), err.message:match("C function 'gsub', called at cannot_wait_in_generator.lua:3"))
--> false	usage	C function 'gsub', called at cannot_wait_in_generator.lua:3
print(await(async(function() return (("x"):gsub("x", coroutine.wrap(function() coroutine.yield("may yield") end))) end)))
--> may yield
