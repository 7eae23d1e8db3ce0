-- A refusal of what is captured names the variable; so does one of a global, and of a global's global.
local file = io.tmpfile()
local function refused(start, f)
    local ok, err = pcall(start, f)
    print(ok, plait.kind(err), tostring(err):find("'file'", 1, true) and "file" or tostring(err):find("'opened'", 1, true) and "opened",
        tostring(err):match("%S+ is a userdata %(FILE%*%)$") ~= nil)
end
for _, start in ipairs{spawn_thread, spawn_process} do
    refused(start, function() return file end)
    refused(start, function() return function() return {file} end end)
    opened = {deep = {file}}
    refused(start, function() return opened end)
    function by_way_of() return opened end
    refused(start, function() return by_way_of() end)
end
--> false	send	file	true
--> false	send	file	true
--> false	send	opened	true
--> false	send	opened	true
--> false	send	file	true
--> false	send	file	true
--> false	send	opened	true
--> false	send	opened	true
