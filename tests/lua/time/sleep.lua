-- sleep waits at least that long, and returns nothing.
local start = plait.now()
print(select("#", sleep(0.03))) --> 0
local took = plait.now() - start
print(took >= 0.03, took < 5) --> true	true
print((pcall(sleep, -1)), (pcall(sleep, 0 / 0)), (pcall(sleep, "x")), (pcall(sleep))) --> false	false	false	false
