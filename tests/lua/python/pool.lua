-- multiprocessing.Pool: map, starmap, apply, apply_async, map_async, close and join.
local multiprocessing = require "plait.multiprocessing"

local function square(x) return x * x end
local function add(a, b) return a + b end
local function fail(x) error({reason = "no " .. x}) end

print(multiprocessing.cpu_count() >= 1) --> true

do
    local pool <close> = multiprocessing.Pool(2)
    print(plait.repr(pool:map(square, {1, 2, 3}))) --> [1, 4, 9]
    print(plait.repr(pool:map(square, {4, 5, 6}, 2))) --> [16, 25, 36]
    print(plait.repr(pool:starmap(add, {{1, 2}, {3, 4}}))) --> [3, 7]
    print(pool:apply(add, {1, 2})) --> 3

    local result = pool:apply_async(add, {20, 22})
    print(result:get(30)) --> 42
    print(result:ready()) --> true
    print(result:successful()) --> true

    local failed = pool:apply_async(fail, {"reason"})
    print(failed:wait(30)) --> true
    print(failed:successful()) --> false
    local _, err = pcall(failed.get, failed)
    print(err.reason) --> no reason

    local got = plait.Channel(2)
    pool:apply_async(square, {7}, nil, function(v) got:send(v) end)
    print(got:recv()) --> 49
    pool:apply_async(fail, {"luck"}, nil, nil, function(e) got:send(e.reason) end)
    print(got:recv()) --> no luck

    print(plait.repr(pool:map_async(square, {1, 2}):get())) --> [1, 4]
    pool:close()
    print((pcall(pool.apply, pool, square, {1}))) --> false
    pool:join()
end

local late = plait.Channel(1)
local pool <close> = multiprocessing.Pool{processes = 1}
local slow = pool:apply_async(function(ch) return ch:recv() end, {late})
local _, err = pcall(slow.get, slow, 0.02)
print(plait.kind(err) == multiprocessing.TimeoutError) --> true
late:send("now")
print(slow:get()) --> now
