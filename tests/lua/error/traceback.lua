-- h:traceback() is the one of the strand: it names the functions that were running there, and their lines.
local function innermost() error("deep") end
local function outer() innermost() print("after") end
for _, start in ipairs{async, spawn_thread, spawn_process} do
    local handle = start(outer)
    pcall(await, handle)
    local text = handle:traceback()
    print(text:match("^stack traceback:\n") ~= nil, text:match("traceback.lua:2: in [^\n]*innermost") ~= nil,
        text:match("traceback.lua:3: in function <traceback.lua:3>") ~= nil)
end
--> true	true	true
--> true	true	true
--> true	true	true
local fine = spawn_thread(function() end)
await(fine)
print(fine:traceback(), fine:error()) --> nil	nil
