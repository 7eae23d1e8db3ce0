-- What coroutine.close closes cannot be suspended: waits in there are refused
-- in a task, and happen in place in the main strand.
local function open()
    local co = coroutine.create(function()
        local closed <close> = setmetatable({}, {__close = function()
            plait.yield()
            print("waited")
        end})
        coroutine.yield()
    end)
    coroutine.resume(co)
    return co
end

await(async(function()
    local ok, err = coroutine.close(open())
    print(ok, plait.kind(err), (tostring(err):find("cannot wait", 1, true))) --> false	usage	26
    print(coroutine.status(coroutine.running())) --> running
    plait.yield() -- and the task can go on waiting
end))
print(coroutine.close(open()))
--> waited
--> true
