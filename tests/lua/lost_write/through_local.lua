-- A captured table that the function puts into a local of its own is still the captured one.
local t = {list = {}}
local function refused(f)
    local ok, err = pcall(spawn_thread, f)
    print(ok, tostring(err):match("writes to captured table 't' %(through_local.lua:%d+%)"))
end
refused(function() local mine = t mine.n = 1 end) --> false	writes to captured table 't' (through_local.lua:7)
refused(function() local list = t.list list[#list + 1] = 1 end) --> false	writes to captured table 't' (through_local.lua:8)
