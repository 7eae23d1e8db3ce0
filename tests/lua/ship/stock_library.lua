-- Functions and tables of the library are themselves on the other side, and when they come back.
local format, insert = string.format, table.insert
for _, start in ipairs{spawn_thread, spawn_process} do
    print(await(start(format, "%03d", 7)), await(start(function(f, lib, ...)
        return f == string.format and f == format, lib == string, insert == table.insert, select("#", ...)
    end, format, string, print, await, plait.Lock, coroutine.wrap, io.open)))
    local a, b, c = await(start(function() return print, math, sleep end))
    print(a == print, b == math, c == sleep)
end
--> 007	true	true	true	5
--> true	true	true
--> 007	true	true	true	5
--> true	true	true
