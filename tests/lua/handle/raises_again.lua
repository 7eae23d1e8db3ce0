-- await raises what the function raised, each time, to everybody.
local err = setmetatable({ code = 5 }, { __tostring = function() return "five" end })
local h = async(function() error(err) end)
for _ = 1, 2 do
    local ok, got = pcall(await, h)
    print(ok, got == err)
end
--> false	true
--> false	true
local function try() return select(2, pcall(h.join, h)) == err end
print(await(async(try)), await(async(try))) --> true	true
print(pcall(await, async(error, "a string", 0))) --> false	a string
print(pcall(await, async(error))) --> false	nil
print(pcall(await, async(error, 42))) --> false	42
