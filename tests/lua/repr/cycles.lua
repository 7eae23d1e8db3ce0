-- A table inside itself is <cycle>; one that occurs twice is shown twice.
local t = {name = "t"}
t.self = t
print(plait.repr(t)) --> {name = "t", self = <cycle>}
local a, b = {}, {}
a[1], b[1] = b, a
print(plait.repr(a)) --> [[<cycle>]]
local shared = {1}
print(plait.repr({shared, shared})) --> [[1], [1]]
