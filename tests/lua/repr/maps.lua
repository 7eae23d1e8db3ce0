-- Any other table stands in braces; names are bare, other keys in brackets.
print(plait.repr({a = 1})) --> {a = 1}
print(plait.repr({})) --> {}
print(plait.repr({_x9 = 1, ["9x"] = 2, ["a b"] = 3, [""] = 4})) --> {[""] = 4, ["9x"] = 2, _x9 = 1, ["a b"] = 3}
print(plait.repr({["end"] = 1, ending = 2})) --> {["end"] = 1, ending = 2}
print(plait.repr({["line\nbreak"] = 1})) --> {["line\nbreak"] = 1}
print(plait.repr({["é"] = 1})) --> {["é"] = 1}
