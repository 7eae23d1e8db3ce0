-- A module and what stands in it travel by name: the other side has its own module, and the values are that module's.
local counted = require "counted"
local add, name, list = counted.add, counted.inner.name, counted.list
list.mark = "here only"
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(function(given)
        local mine = require "counted"
        return counted == mine, given == mine, add == mine.add, name == mine.inner.name, list == mine.list, list.mark
    end, counted)))
    local back, f = await(start(function() return counted, add end))
    print(back == counted, f == add)
end
--> true	true	true	true	true	nil
--> true	true
--> true	true	true	true	true	nil
--> true	true
