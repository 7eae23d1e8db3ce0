-- Two functions that share a variable share it there as well, also in tables; here nothing changes.
local function pair()
    local n = 0
    return function() n = n + 1 return n end, function() return n end
end
local up, get = pair()
local box = {pair()}
local function body(a, b, list)
    a() a()
    list[1]()
    return b(), list[2](), a == up
end
print(await(spawn_thread{ body, up, get, box, private = true })) --> 2	1	true
print(await(spawn_process(body, up, get, box))) --> 2	1	true
print(get(), box[2]()) --> 0	0
local add, see = await(spawn_process(pair))
add() add()
print(see()) --> 2
