-- threading.Local: fields that belong to each thread, also when it gets the object twice; tasks share them.
local threading = require "plait.threading"
local mine = threading.Local()
mine.x = 1
local function look(passed)
    local before, again = mine.x, passed.x
    mine.x = 2
    return before == nil and again == nil and passed.x
end
print(await(spawn_thread(look, mine)), await(spawn_process(look, mine)), mine.x, mine.y) --> 2	2	1	nil
await(async(function() mine.x = 3 end))
print(mine.x, threading.Local().x) --> 3	nil
