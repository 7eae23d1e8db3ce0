-- map gives the first result of f for each item, in order, on threads and processes.
local function square(x) return x * x, "second" end
for _, options in ipairs{ { threads = 2 }, { processes = 2 }, 3 } do
    local pool <close> = plait.Pool(options)
    local list = {}
    for i = 1, 100 do list[i] = i end
    local squares = pool:map(square, list)
    for i = 1, 100 do assert(squares[i] == i * i) end
    print(#squares, #pool:map(square, {}), pool:map(square, { 1.5 })[1])
end
--> 100	0	2.25
--> 100	0	2.25
--> 100	0	2.25
