-- Through task, thread and process an error stays the same value, and its own traceback can be asked for.
local classes = require "classes"
local handle = async(function()
    await(spawn_thread(function()
        await(spawn_process(function() classes.fail("far away") end))
    end))
end)
local ok, err = pcall(await, handle)
print(ok, getmetatable(err) == classes.Failure, err:describe()) --> false	true	described far away
print(pcall(await, async(function() await(spawn_thread(function() await(spawn_process(error, "text", 0)) end)) end)))
--> false	text
