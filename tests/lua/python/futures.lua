-- concurrent.futures: submit, result, exception, callbacks, map in order, the end of the block.
local futures = require "plait.concurrent.futures"
local function square(x) return x * x end

for _, Executor in ipairs{futures.ThreadPoolExecutor, futures.ProcessPoolExecutor} do
    local last
    do
        local executor <close> = Executor(2)
        local future = executor:submit(square, 7)
        print(future:result(), future:done(), future:running(), future:cancelled(), future:exception(), future:cancel())
        local failed = executor:submit(error, "no", 0)
        print(failed:exception(), pcall(failed.result, failed))
        local called = plait.Channel(1)
        executor:submit(square, 3):add_done_callback(function(f) called:send(f:result()) end)
        print(called:recv())
        local results = {}
        for result in executor:map(square, {1, 2, 3}) do table.insert(results, result) end
        for result in executor:map(math.max, {1, 20, 3}, {4, 5}) do table.insert(results, result) end
        for result in executor:map{square, {4, 5, 6}, chunksize = 2, timeout = 30} do table.insert(results, result) end
        print(table.concat(results, " "))
        print(pcall(function() for _ in executor:map(function(x) error("item " .. x, 0) end, {1, 2}) do end end))
        last = executor:submit(function() sleep(0.01) return "done" end)
    end
    print(last:done(), last:result())
end
--> 49	true	false	false	nil	false
--> no	false	no
--> 9
--> 1 4 9 4 20 16 25 36
--> false	item 1
--> true	done
--> 49	true	false	false	nil	false
--> no	false	no
--> 9
--> 1 4 9 4 20 16 25 36
--> false	item 1
--> true	done
