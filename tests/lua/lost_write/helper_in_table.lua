-- Writes of functions in a captured table are found too: a method of a class, a function in a list.
local total = 0
local Account = {}
Account.__index = Account
function Account:add(n) self.sum = self.sum + n end
function Account:leak(n) total = total + n end
local account = setmetatable({sum = 1}, Account)
local ok, err = pcall(spawn_thread, function() account:add(1) account:leak(2) end)
print(ok, tostring(err):match("assigns captured local 'total' %(helper_in_table.lua:6%)"))
--> false	assigns captured local 'total' (helper_in_table.lua:6)
