-- A plain table that is stored becomes a Table, and so do those in it; what is shared or in itself stays so.
local inner = {1, 2}
local plain = {a = inner, b = inner, deep = {{{"x"}}}}
plain.self = plain
plain.deep.up = plain
local t = plait.Table()
t.p = plain
print(t.p == t.p, t.p.a == t.p.b, t.p.self == t.p, t.p.deep.up == t.p, t.p.deep[1][1][1]) --> true	true	true	true	x
plain.a[1] = "changed" -- a copy was stored
t.p.b[2] = "two"
print(t.p.a[1], t.p.a[2], inner[2], type(t.p.a)) --> 1	two	2	userdata
-- Stored twice, it is two.
t.one, t.two = inner, inner
print(t.one == t.two) --> false
-- A Table in a plain table is by reference.
local known = plait.Table{n = 1}
t.mixed = {known, {known}}
t.mixed[2][1].n = 2
print(known.n, t.mixed[1] == known) --> 2	true
-- Any depth.
local chain = {}
for _ = 1, 100000 do chain = {chain} end
t.chain = chain
local depth, at = 0, t.chain
while at[1] do at, depth = at[1], depth + 1 end
print(depth) --> 100000
t.chain = nil
