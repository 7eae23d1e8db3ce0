-- A cancellation reaches a wait in pcall, a metamethod, an iterator, a generator.
local f = plait.Future()
local function try(wait)
    local h = async(wait)
    plait.yield()
    h:cancel()
    return plait.kind(select(2, pcall(await, h)))
end
local meta = setmetatable({}, { __index = function() return await(f) end, __add = function() await(f) end })
print(try(function() assert(pcall(await, f)) end)) --> cancelled
print(try(function() local ok, e = pcall(await, f) error(e) end)) --> cancelled
print(try(function() return meta.x end)) --> cancelled
print(try(function() return meta + 1 end)) --> cancelled
print(try(function() for _ in function() return await(f) end do end end)) --> cancelled
print(try(function() coroutine.wrap(function() await(f) end)() end)) --> cancelled
