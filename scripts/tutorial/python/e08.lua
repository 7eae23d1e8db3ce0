-- E08 with Python's names: a pool of processes maps a function over a list.

local multiprocessing = require "plait.multiprocessing"

local function square(x)
    return x * x
end

local numbers = {1, 2, 3, 4, 5}

do
    local pool <close> = multiprocessing.Pool()
    local result = pool:map(square, numbers)
    print(plait.repr(result))
end
