-- plait.repr shows the elements, and how many it leaves out.
local a = plait.Array("f64", {1, 2.5, -0.0, 1/0})
print(plait.repr(a)) --> Array("f64", [1.0, 2.5, -0.0, inf])
print(plait.repr({a, n = a}, {elements = 3})) --> {Array("f64", [1.0, 2.5, -0.0, ... 1 more]), n = Array("f64", [1.0, 2.5, -0.0, ... 1 more])}
print(plait.repr(plait.Array("u8", 0))) --> Array("u8", [])
print(#plait.repr(plait.Array("u8", 1e6)) < 4000) --> true
print(plait.repr({[a] = 1})) --> {[Array("f64", 4)] = 1}
