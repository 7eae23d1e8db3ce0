-- A program is run to its end, and what it prints is collected.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("exec") then return end

bench.measure("exec", function(count)
    for _ = 1, count do assert(plait.exec{ "/bin/true" }.code == 0) end
end)
