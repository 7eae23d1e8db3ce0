-- Whatever goes wrong in whatever strand: the error arrives as the value it was, with its traceback, once.
local matrix = require "matrix"
local names = {}
for name in pairs(matrix.ways) do names[#names + 1] = name end
table.sort(names)
for _, kind in ipairs(matrix.kinds) do
    for _, name in ipairs(names) do
        local result = matrix.check(kind, name)
        if result ~= "right" then print(kind, name, result) end
    end
end
print(#names) --> 10
