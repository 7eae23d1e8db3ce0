-- async{ f, arguments..., name = } names a task; n counts nils at the end.
local function f(...) return select("#", ...), ... end
local h = async{ f, 1, 2, name = "adder" }
print(h.name, h.kind, await(h)) --> adder	task	2	1	2
print(await(async{ f, nil, 2, nil, n = 4 })) --> 3	nil	2	nil
print(async{ f }.name) --> nil
for _, bad in ipairs{ {}, { 1 }, { f, name = 5 } } do
    local ok, err = pcall(async, bad)
    assert(not ok and plait.kind(err) == "usage", err)
end
