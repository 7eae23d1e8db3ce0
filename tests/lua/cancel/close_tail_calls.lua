-- A __close handler that ends in a tail call to something that waits may wait.
local function say_goodbye(self)
    plait.yield()
    print("goodbye", self.name)
end
local h = async(function()
    local closed <close> = setmetatable({ name = "x" }, { __close = function(self) return say_goodbye(self) end })
    sleep(3600)
end)
plait.yield()
h:cancel()
print(pcall(await, h))
--> goodbye	x
--> false	cancelled
