-- Scopes nest: the failure of an inner strand leaves both blocks, in order; each waits for its own.
local function say(text) return setmetatable({}, { __close = function() print(text) end }) end
local function wait(text)
    local c <close> = say(text)
    sleep(3600)
end
print(pcall(function()
    local outer <close> = plait.scope()
    outer:async(wait, "outer strand")
    local between <close> = say("between")
    local inner <close> = plait.scope()
    inner:async(wait, "inner strand")
    inner:async(function() sleep(0) error("boom", 0) end)
    sleep(3600)
end))
--> inner strand
--> between
--> outer strand
--> false	boom
