-- The work of plait's benchmark rows, done by luv, libuv for stock Lua.
--
--     lua5.4 peer_luv.lua [name...]
--
-- Prints `name value`, like tests/bench/floor.c; see ../README.md.
local folder = arg[0]:match("^.*/") or ""
local bench = dofile(folder .. "../bench.lua")
local luv = require("luv")

bench.clock = function() return luv.hrtime() / 1e9 end

local figures = {}

function figures.thread_start(name)
    bench.measure(name, function(count)
        for _ = 1, count do luv.new_thread(function() end):join() end
    end)
end

function figures.proc_exec(name)
    bench.measure(name, function(count)
        for _ = 1, count do
            local process
            process = luv.spawn("/bin/true", {}, function()
                process:close()
            end)
            luv.run()
        end
    end)
end

bench.run(figures)
