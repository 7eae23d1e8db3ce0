-- A stack that overflows is an error of that strand.
local function forever(n) return 1 + forever(n) end
for _, start in ipairs{async, spawn_thread, spawn_process} do
    print((select(2, pcall(await, start(forever))):match("stack overflow")))
end
--> stack overflow
--> stack overflow
--> stack overflow
