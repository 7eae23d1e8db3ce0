-- Metatables are kept, and what shares one shares it there: a class comes back with its methods.
local Point = {}
Point.__index = Point
Point.__add = function(a, b) return setmetatable({x = a.x + b.x}, Point) end
Point.__tostring = function(self) return "Point " .. self.x end
function Point:twice() return self + self end
local a, b = setmetatable({x = 1}, Point), setmetatable({x = 2}, Point)
for _, start in ipairs{spawn_thread, spawn_process} do
    local text, sum, other = await(start(function(p, q)
        assert(getmetatable(p) == getmetatable(q) and getmetatable(p) == Point)
        return tostring((p + q):twice()), p + q, p
    end, a, b))
    print(text, tostring(sum), sum:twice().x, getmetatable(sum) == getmetatable(other))
end
--> Point 6	Point 3	6	true
--> Point 6	Point 3	6	true
