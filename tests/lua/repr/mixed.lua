-- The items of the list part come first, then the other keys.
print(plait.repr({1, 2, x = 3})) --> {1, 2, x = 3}
print(plait.repr({1, nil, 3})) --> {1, [3] = 3}
print(plait.repr({[0] = "zero", "one"})) --> {"one", [0] = "zero"}
print(plait.repr(table.pack("a", nil, "c"))) --> {"a", [3] = "c", n = 3}
