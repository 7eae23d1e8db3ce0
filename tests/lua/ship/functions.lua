-- Functions travel with their upvalues, as values anywhere, and come back; they may use all of Lua.
local base, nothing, text = 10, nil, "t"
local function make(...)
    local count <const>, rest = select("#", ...), {...}
    return function(x, ...)
        local sum = base + (x or 0)
        for _, v in ipairs{...} do sum = sum + v end
        for i = 1, count do if i % 2 == 0 then goto continue end sum = sum + rest[i] ::continue:: end
        return sum // 1 | 0, nothing, text:upper()
    end
end
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(make(1, 100, 1), 5, 6)))
    local t = await(start(function(fs) return {f = fs[1], g = function() return fs[1]() + 1 end} end, {make(1)}))
    print((t.f()), t.g())
end
--> 23	nil	T
--> 11	12
--> 23	nil	T
--> 11	12
