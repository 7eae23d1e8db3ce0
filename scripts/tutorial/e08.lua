-- E08: a pool of processes maps a function over a list.

local function square(x)
    return x * x
end

do
    local pool <close> = plait.Pool{processes = 2}
    print(plait.repr(pool:map(square, {1, 2, 3, 4, 5})))
end
