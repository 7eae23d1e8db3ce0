-- Items and results may be large, and many: more than what a worker notes of a chunk, and than what a pipe takes at once.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local pool <close> = plait.Pool(options)
    local sizes = {}
    for i = 1, 40 do sizes[i] = i * 5000 end
    local list = pool:map(function(n) return ("x"):rep(n) end, sizes, { chunk = 20 })
    local sum = 0
    for i, s in ipairs(list) do assert(#s == sizes[i]) sum = sum + #s end
    local back = pool:map(function(s) return { #s, s } end, list, { chunk = 7 })
    for i, t in ipairs(back) do assert(t[1] == sizes[i] and t[2] == list[i]) end
    print(sum, #back, #pool:map(function(n) return ("y"):rep(n) end, { 3000000 })[1])
    local step = pool:imap(function(i) if i == 9 then os.exit(1) end return ("z"):rep(100000), i end, { 1, 2, 3, 4, 5, 6, 7, 8 }, { chunk = 8, ahead = 8 })
    for i = 1, 8 do local s, k = step() assert(#s == 100000 and k == i) end
end
--> 4100000	40	3000000
--> 4100000	40	3000000
