-- A scope belongs to its state.
local s <close> = plait.scope()
print((select(2, pcall(spawn_thread, function() s:cancel() end)).message:gsub("\n.*", "")))
--> does_not_travel.lua:3: cannot send to thread: the function (captured 's') is a userdata (plait.scope)
