-- An error table keeps its fields and its class: the class of a module is that module's, a local one comes along.
local classes = require "classes"
local Local = {__index = {kind_of = function(self) return "local " .. self.code end}}
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local _, err = pcall(await, start(classes.fail, "one"))
    print(getmetatable(err) == classes.Failure, err.text, err:describe(), tostring(err))
    _, err = pcall(await, start(function()
        local e = setmetatable({code = 7, list = {1, {2}}}, Local)
        e.self = e
        error(e)
    end))
    print(err.code, err.list[2][1], err.self == err, err:kind_of())
end
--> true	one	described one	Failure: one
--> 7	2	true	local 7
--> true	one	described one	Failure: one
--> 7	2	true	local 7
--> true	one	described one	Failure: one
--> 7	2	true	local 7
