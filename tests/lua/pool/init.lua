-- init runs first in each worker.
for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
    local log = plait.Channel(math.huge)
    options.init = function() log:send("init") load("base = 40")() end
    local pool <close> = plait.Pool(options)
    print(table.concat(pool:map(function(x) return load("return base")() + x end, { 1, 2, 3 }, { chunk = 1 }), " "))
    log:recv()
    log:recv()
    print(#log)
end
--> 41 42 43
--> 0
--> 41 42 43
--> 0
