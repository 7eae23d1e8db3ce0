-- plait.scope(f) runs f(s) and returns its results when all strands of s have ended.
local ended
print(plait.scope(function(s, ...)
    s:async(function() sleep(0.001) ended = true end)
    return select("#", ...), nil, "x", nil
end)) --> 0	nil	x	nil
print(ended) --> true
print(pcall(plait.scope, function(s)
    s:async(error, "boom", 0)
    return "lost"
end)) --> false	boom
print(pcall(plait.scope, function(s)
    s:async(sleep, 3600)
    error("body", 0)
end)) --> false	body
