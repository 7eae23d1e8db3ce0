-- The globals a function names go along, those that they name too, and no others.
settings = {scale = 3}
function scaled(n) return times(n, settings.scale) end
function times(a, b) return a * b end
other = "not named"
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(function() return scaled(7), load("return other")(), load("return times ~= nil")() end)))
    print(await(start(function() local function inner() return function() return scaled(1) end end return inner()() end)))
end
--> 21	nil	true
--> 3
--> 21	nil	true
--> 3
