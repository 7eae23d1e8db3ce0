-- A cancelled select has not happened: nothing was received, nothing sent. It
-- is a wait like any other: level-triggered.
local a, b = plait.Channel(), plait.Channel()
local task = async(function()
    local ok, err = pcall(plait.select, { a, b:sending("never") })
    print(ok, err)
    print(pcall(plait.select, { a, timeout = 60 }))
    return "done"
end)
plait.yield()
task:cancel("enough")
print(a:try_send("x"), b:try_recv()) --> false	nil	empty
print(await(task))
--> false	cancelled: enough
--> false	cancelled: enough
--> done
-- If it has happened, it wins; the error comes at the next wait.
a = plait.Channel(1)
task = async(function()
    print(plait.select{ a, b }) --> 1	granted
    print(pcall(plait.yield)) --> false	cancelled
end)
plait.yield()
a:send("granted")
task:cancel()
plait.wait{ task }
print(#a) --> 0
