-- When the home of one of the cases dies, the select raises kind "died", once;
-- what belongs to others is as it was.
local own, far = plait.Channel(), plait.Channel()
local function start()
    return spawn_process(function()
        local theirs = plait.Channel()
        far:send(theirs)
        theirs:recv(3600)
        sleep(3600)
    end)
end
for _, with_own in ipairs{ true, false } do
    local child = start()
    local theirs = far:recv()
    local task = async(function()
        return plait.select{ theirs, theirs:sending(1), with_own and own:sending("x") or theirs }
    end)
    plait.yield()
    if not with_own then -- the child receives it, and waits no more
        print(await(task))
        task = async(plait.select, { theirs, theirs })
        plait.yield()
    else
        print(await(task))
        task = async(plait.select, { theirs, own:sending("x") })
        plait.yield()
    end
    child:kill()
    local ok, err = pcall(await, task)
    print(ok, err.kind, err.message:match("the process .*"))
    print(plait.kind(select(2, pcall(plait.select, { own, theirs }))))
    print(own:try_recv())
    pcall(await, child)
end
--> 2	true
--> false	died	the process that has this object has ended
--> died
--> nil	empty
--> 2	true
--> false	died	the process that has this object has ended
--> died
--> nil	empty
