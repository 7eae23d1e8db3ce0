-- default = true: nil, "default" at once if no case can go on. It never waits,
-- so it can be used where Lua cannot be suspended.
local a, b = plait.Channel(1), plait.Channel()
print(plait.select{ a, b:sending(1), default = true }) --> nil	default
print(plait.select{ a:sending("x"), default = true }) --> 1	true
print(plait.select{ b, a, default = true }) --> 2	x
print(plait.select{ default = true }) --> nil	default
print(plait.select{ a, default = false, timeout = 0 }) --> nil	timeout
print(plait.select{ a, default = true, timeout = 60 }) --> nil	default
await(async(function()
    print((("abc"):gsub("b", function() return (select(2, plait.select{ a, default = true })) end))) --> adefaultc
    a:send("B")
    print((("abc"):gsub("b", function() return (select(2, plait.select{ a, default = true })) end))) --> aBc
end))
