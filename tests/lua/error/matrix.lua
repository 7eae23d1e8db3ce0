-- Whatever goes wrong in whatever strand: the error arrives as the value it was, with its traceback, once.
local matrix = require "matrix"
local names = {}
-- AddressSanitizer complains of such a request itself.
local is_asan = os.getenv("PLAIT_PRESET") == "asan"
for name in pairs(matrix.ways) do
    if name ~= "memory" or not is_asan then names[#names + 1] = name end
end
table.sort(names)
for _, kind in ipairs(matrix.kinds) do
    for _, name in ipairs(names) do
        local result = matrix.check(kind, name)
        if result ~= "right" then print(kind, name, result) end
    end
end
print(#names >= 9) --> true
