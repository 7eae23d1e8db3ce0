-- What a __close handler of the main script raises is reported with the error it was called for.
--! status: 1
--! stderr: close_in_main_replaces.lua:6: cannot say goodbye
--! stderr: in place of this error:
--! stderr: close_in_main_replaces.lua:7: boom
local guard <close> = setmetatable({}, { __close = function(_, err) print(err) error("cannot say goodbye") end })
error("boom")
--> close_in_main_replaces.lua:7: boom
