-- A wait passes through any number of coroutines, of both kinds.
local function dig(depth)
    if depth == 0 then
        plait.yield()
        return "the", "bottom"
    elseif depth % 2 == 0 then
        return coroutine.wrap(dig)(depth - 1)
    end
    return select(2, assert(coroutine.resume(coroutine.create(dig), depth - 1)))
end

print(select(2, await(async(dig, 150)))) --> bottom
print(await(async(function() return (coroutine.wrap(function() plait.yield() return "up" end)()) end))) --> up

-- What is yielded and what is passed are not mixed up with waits.
local function echo(...)
    plait.yield()
    local n = select("#", ...)
    local got = table.pack(coroutine.yield(n, ...))
    plait.yield()
    return table.unpack(got, 1, got.n)
end
print(await(async(function()
    local co = coroutine.create(echo)
    print(coroutine.resume(co, nil, "a", nil))
    return coroutine.resume(co, nil, nil)
end)))
--> true	3	nil	a	nil
--> true	nil	nil

-- Several tasks walk their chains at once.
local order = {}
local function walk(name)
    local step = coroutine.wrap(function()
        for i = 1, 3 do
            plait.yield()
            coroutine.yield(name .. i)
        end
    end)
    for _ = 1, 3 do table.insert(order, (step())) end
end
gather(async(walk, "a"), async(walk, "b"))
print(table.concat(order, " ")) --> a1 b1 a2 b2 a3 b3
