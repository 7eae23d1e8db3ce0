-- plait.timeout(seconds, f, ...) -> true, and all results of f, which gets the arguments.
print(plait.timeout(3600, function(...) return select("#", ...), ... end, 1, nil, "x", nil)) --> true	4	1	nil	x	nil
print(plait.timeout(math.huge, function() plait.yield() end)) --> true
print(plait.timeout(1, setmetatable({}, { __call = function(self, x) return x end }), 7)) --> true	7
