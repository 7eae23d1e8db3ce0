-- Two selects meet, in one of the ways they can.
local a, b = plait.Channel(), plait.Channel()
local kinds = { async, spawn_thread, spawn_process }
for _, start in ipairs(kinds) do
    local other = start(function() return plait.select{ a:sending("to a"), b } end)
    local i, v = plait.select{ a, b:sending("to b") }
    local j, w = await(other)
    print(i == 1 and v == "to a" and j == 1 and w == true or
        i == 2 and v == true and j == 2 and w == "to b")
    print(plait.select{ a, b, default = true })
end
--> true
--> nil	default
--> true
--> nil	default
--> true
--> nil	default
