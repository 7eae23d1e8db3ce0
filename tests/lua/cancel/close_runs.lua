-- <close> variables run, in their order, with the error.
local function guard(name)
    return setmetatable({}, { __close = function(self, err) print(name, plait.kind(err)) end })
end
local h = async(function()
    local outer <close> = guard("outer")
    do
        local inner <close> = guard("inner")
        await(plait.Future())
    end
end)
plait.yield()
h:cancel()
print(pcall(await, h), h:status())
--> inner	cancelled
--> outer	cancelled
--> false	cancelled
