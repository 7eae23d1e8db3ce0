-- multiprocessing.pool.ThreadPool: the methods of Pool, with threads.
local multiprocessing = require "plait.multiprocessing"
local function square(x) return x * x end
local seen = plait.Value(0)
do
    local pool <close> = multiprocessing.pool.ThreadPool{processes = 2, initializer = function(n) seen:add(n) end, initargs = {10}}
    print(plait.repr(pool:map(square, {1, 2, 3}))) --> [1, 4, 9]
    print(pool:apply(plait.pid) == plait.pid()) --> true
    print(pool:apply_async(square, {5}):get(30)) --> 25
end
print(seen.value) --> 20
print(multiprocessing.pool.Pool == multiprocessing.Pool, require "plait.multiprocessing.pool" == multiprocessing.pool) --> true	true
print(select(2, pcall(function() multiprocessing.pool.ThreadPool{threads = 2} end))) --> thread_pool.lua:13: ThreadPool: unknown option 'threads'
