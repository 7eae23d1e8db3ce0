-- plait.shared cannot be replaced; other fields of plait are as those of any table.
local ok, err = pcall(function() plait.shared = {} end)
print(ok, plait.kind(err), err.message)
--> false	usage	not_replaced.lua:2: plait.shared is the same Table everywhere and cannot be replaced; set its fields
plait.extra = 5
print(plait.extra, plait.nothing, rawget(plait, "shared"), require "plait" == plait) --> 5	nil	nil	true
plait.extra = nil
