-- A cycle of locks is reported, with the locks' holders.
local a, b = plait.Lock(), plait.Lock()
local function take(first, second)
    first:acquire()
    plait.yield()
    second:acquire()
end
local one = async{ take, a, b, name = "one" }
async{ take, b, a, name = "two" }
await(one)
--! status: 70
--! stderr: deadlock
--! stderr: 'one'
--! stderr: 'two'
--! stderr: held by
