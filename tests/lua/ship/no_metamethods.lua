-- No metamethod runs while a table travels; what __pairs or __index would show is not copied, __metatable hides nothing.
local quiet = setmetatable({1, 2}, {
    __pairs = function() error("called") end, __index = function() error("called") end, __len = function() error("called") end,
    __name = "quiet", __metatable = "hidden",
})
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(function(t) return rawlen(t), rawget(t, 2), getmetatable(t), (pcall(function() return t.x end)) end, quiet)))
end
--> 2	2	hidden	false
--> 2	2	hidden	false
