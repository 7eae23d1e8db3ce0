-- A module with a variable of its own.
local count = 0

local counted = {list = {}, inner = {}}

function counted.add(n)
    count = count + n
    return count
end

function counted.inner.name() return "inner" end

return counted
