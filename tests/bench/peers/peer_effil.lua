-- The work of plait's benchmark rows, done by effil: states of stock Lua in
-- threads, and channels and tables between them.
--
--     lua5.3 peer_effil.lua [name...]
--
-- Prints `name value`, like tests/bench/floor.c; see ../README.md.
local folder = arg[0]:match("^.*/") or ""
local bench = dofile(folder .. "../bench.lua")
local effil = require("effil")
local luv = require("luv") -- only to tell the time

bench.clock = function() return luv.hrtime() / 1e9 end

local figures = {}

function figures.thread_start(name)
    local start = effil.thread(function() end)
    bench.measure(name, function(count)
        for _ = 1, count do start():wait() end
    end)
end

-- Numbers go from a thread to the main one. A channel with a bound would not
-- wait for room, but refuse: so it has none.
function figures.chan_threads(name)
    local start = effil.thread(function(channel, count)
        for i = 1, count do channel:push(i) end
    end)
    bench.measure(name, function(count)
        local channel = effil.channel()
        local sender = start(channel, count)
        for i = 1, count do assert(channel:pop() == i) end
        sender:wait()
    end)
end

local t = effil.table{ counter = 0, name = "x" }

function figures.table_get(name)
    bench.measure(name, function(count)
        local last
        for _ = 1, count do last = t.counter end
        return last
    end)
end

function figures.table_set(name)
    bench.measure(name, function(count)
        for i = 1, count do t.counter = i end
    end)
end

bench.run(figures)
