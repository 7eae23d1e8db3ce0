-- A __close handler of the main script gets the error itself, as one of any strand does; if it raises it again, the first place is reported.
--! status: 1
--! stderr: (error object is a table value)
--! stderr: close_in_main.lua:7: in main chunk
local again = { __close = function(_, err) print(type(err), err.code) error(err, 0) end }
local guard <close> = setmetatable({}, again)
error{ code = 7 }
--> table	7
