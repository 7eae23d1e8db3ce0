-- The same while the main strand waits inside a coroutine.
local co
co = coroutine.create(function()
    local task = async(function()
        print(coroutine.status(co))
        print(coroutine.resume(co))
        print(pcall(coroutine.close, co))
    end)
    await(task)
    return "done", coroutine.isyieldable(), coroutine.status(co)
end)
print(coroutine.resume(co))
--> normal
--> false	cannot resume non-suspended coroutine
--> false	cannot close a normal coroutine
--> true	done	true	running
