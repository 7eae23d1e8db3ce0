-- plait.shield(f, ...) calls f and returns its results, or raises its error.
print(plait.shield(function(...) sleep(0) return select("#", ...), ... end, 1, nil)) --> 2	1	nil
print(pcall(plait.shield, error, "mine")) --> false	mine
print(pcall(plait.shield, 1)) --> false	results.lua:4: shield: argument 1 is 1 (a number), not a function; write plait.shield(f, ...)
print(pcall(plait.shield)) --> false	results.lua:5: shield: argument 1 is no value, not a function; write plait.shield(f, ...)
