-- The verbs of a scope take what those of plait take: arguments, and options.
do
    local s <close> = plait.scope()
    local a = s:async{ function(...) return select("#", ...), ... end, 1, nil, n = 3, name = "a" }
    local b = s:spawn_thread{ function(x) return x end, 2, name = "b" }
    print(a.name, b.name) --> a	b
    print(await(a)) --> 2	1	nil
    print(await(b)) --> 2
    print(await(s:async(function(...) return ... end, nil, 3))) --> nil	3
end
