-- h:await, h:join and await(h) are one; they may be called again.
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local h = start(function() return 1, nil, 3 end)
    print(h:await())
    print(h:join())
    print(await(h))
    print(plait.await(h))
end
--> 1	nil	3
--> 1	nil	3
--> 1	nil	3
--> 1	nil	3
--> 1	nil	3
--> 1	nil	3
--> 1	nil	3
--> 1	nil	3
--> 1	nil	3
--> 1	nil	3
--> 1	nil	3
--> 1	nil	3
