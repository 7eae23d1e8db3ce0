-- Options of repr that are not known, or no numbers, are refused at the script's line.
local function refused(...)
    local args = table.pack(...)
    print(select(2, pcall(function() plait.repr({ 1 }, table.unpack(args, 1, args.n)) end)))
end
refused(3) --> options_refused.lua:4: repr: argument 2 is 3 (a number), not a table such as {depth = 2}
refused{ depth = "x" } --> options_refused.lua:4: repr: depth is "x" (a string), not a number from 0 on
refused{ elements = -1 } --> options_refused.lua:4: repr: elements is -1 (a number), not a number from 0 on
refused{ dept = 1 } --> options_refused.lua:4: repr: there is no option 'dept'; there are 'depth', 'elements' and 'width'
print(plait.repr({ { 1 } }, { depth = math.huge, elements = math.huge })) --> [[1]]
