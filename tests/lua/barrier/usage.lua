-- Numbers of parties that make no sense are refused, naming the value.
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    print(plait.kind(err), (err.message:gsub("^usage.lua:%d+: ", "")))
end
refused(plait.Barrier) --> usage	Barrier: the number of parties is nil, not a whole number from 1 to 2147483647
refused(plait.Barrier, 0) --> usage	Barrier: the number of parties is 0, not a whole number from 1 to 2147483647
refused(plait.Barrier, -2) --> usage	Barrier: the number of parties is -2, not a whole number from 1 to 2147483647
refused(plait.Barrier, 2.5) --> usage	Barrier: the number of parties is 2.5, not a whole number from 1 to 2147483647
refused(plait.Barrier, math.huge) --> usage	Barrier: the number of parties is inf, not a whole number from 1 to 2147483647
refused(plait.Barrier, true) --> usage	Barrier: the number of parties is true (a boolean), not a whole number from 1 to 2147483647
print(plait.Barrier(2.0).parties, plait.Barrier(2).nothing) --> 2	nil
print(pcall(plait.Barrier(2).wait, 1)) --> false	bad argument #1 to '?' (plait.Barrier expected, got number)
