-- The traceback names the line where the error was raised.
local function work()
    local t = nil
    return t.field
end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local h = start(work)
    pcall(await, h)
    print(h:traceback():match("traceback_place.lua:4"))
end
--> traceback_place.lua:4
--> traceback_place.lua:4
--> traceback_place.lua:4
