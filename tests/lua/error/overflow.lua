-- A stack that overflows is an error of that strand, and of no other.
local function forever(text) return (text:gsub(".", forever)) end
for _, start in ipairs{async, spawn_thread, spawn_process} do
    print((select(2, pcall(await, start(forever, "x"))):match("stack overflow")))
end
--> stack overflow
--> stack overflow
--> stack overflow
