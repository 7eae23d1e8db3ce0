-- The work of plait's benchmark rows, done by Lanes: states of stock Lua in
-- threads, and lindas between them.
--
--     lua5.4 peer_lanes.lua [name...]
--
-- Prints `name value`, like tests/bench/floor.c; see ../README.md.
local folder = arg[0]:match("^.*/") or ""
local bench = dofile(folder .. "../bench.lua")
local lanes = require("lanes").configure()
local luv = require("luv") -- only to tell the time

local CAPACITY = 64

bench.clock = function() return luv.hrtime() / 1e9 end

-- One for all: Lanes 3.17 hangs when a linda is collected during an operation
-- on another.
local linda = lanes.linda()
linda:limit("channel", CAPACITY)
linda:set("counter", 0)

local figures = {}

function figures.thread_start(name)
    local start = lanes.gen("*", function() end)
    bench.measure(name, function(count)
        for _ = 1, count do start():join(10) end
    end)
end

-- Numbers go from a lane to the main one; a key of a linda is a channel.
function figures.chan_threads(name)
    local start = lanes.gen("*", function(channel, count)
        for i = 1, count do channel:send("channel", i) end
    end)
    bench.measure(name, function(count)
        local sender = start(linda, count)
        for i = 1, count do
            local _, value = linda:receive("channel")
            assert(value == i)
        end
        sender:join(10)
    end)
end

function figures.table_get(name)
    bench.measure(name, function(count)
        local last
        for _ = 1, count do last = linda:get("counter") end
        return last
    end)
end

function figures.table_set(name)
    bench.measure(name, function(count)
        for i = 1, count do linda:set("counter", i) end
    end)
end

bench.run(figures)
