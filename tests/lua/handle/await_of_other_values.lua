-- await of a value that is no handle returns it, so await(sleep(1)) reads as in Python.
print(await(7), await("x"), await(false)) --> 7	x	false
local t = {}
print(await(t) == t, await(print) == print, await(nil)) --> true	true	nil
print(select("#", await(sleep(0)))) --> 0
print(select("#", await(plait.yield()))) --> 0
