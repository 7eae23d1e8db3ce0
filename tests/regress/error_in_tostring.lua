-- An error whose __tostring raises, and which cannot travel, ended the whole process.
local thread = spawn_thread(function()
    error(setmetatable({ co = coroutine.create(print) }, { __tostring = function() error("boo") end }))
end)
local ok, err = pcall(await, thread)
print(ok, err:match("^%(error object is a table value%)")) --> false	(error object is a table value)
