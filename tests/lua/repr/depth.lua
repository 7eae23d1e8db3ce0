-- Tables below options.depth, default 8, are {...}; nesting of any depth costs no stack.
local function nested(levels)
    local t = {}
    for _ = 2, levels do t = {t} end
    return t
end

print(plait.repr(nested(9))) --> [[[[[[[[{}]]]]]]]]
print(plait.repr(nested(10))) --> [[[[[[[[{...}]]]]]]]]
print(plait.repr({1, {2, {3}}}, {depth = 2})) --> [1, [2, {...}]]
print(plait.repr({1, {}}, {depth = 0})) --> {...}
print(plait.repr("text", {depth = 0})) --> "text"
print(#plait.repr(nested(50000), {depth = math.huge})) --> 100000
plait.repr(nested(300000), {depth = math.huge})
plait.repr(nested(300000))
