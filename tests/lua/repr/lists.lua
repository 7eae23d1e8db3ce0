-- A table whose keys are 1..n is a list.
print(plait.repr({1, 4, 9, 16, 25})) --> [1, 4, 9, 16, 25]
print(plait.repr({"a", true, 1.5})) --> ["a", true, 1.5]
print(plait.repr({{1, 2}, {3, 4}, {}})) --> [[1, 2], [3, 4], {}]
print(plait.repr({[3] = "c", [1] = "a", [2] = "b"})) --> ["a", "b", "c"]
print(plait.repr({[1.0] = "float keys that are integers"})) --> ["float keys that are integers"]
