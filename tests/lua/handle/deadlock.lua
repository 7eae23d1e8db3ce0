-- When nothing can run any more, plait says so: an error in main, exit status 70.
local function wait_for(h) return await(h) end
local a = async{ wait_for, plait.Future(), name = "first waiter" }
async{ wait_for, a, name = "second waiter" }
await(a)
print("not reached")
--! status: 70
--! stderr: deadlock: nothing can run any more
--! stderr: the main script waits
--! stderr: 'first waiter'
--! stderr: 'second waiter'
--! stderr: started at deadlock.lua:3
--! stderr: started at deadlock.lua:4
