-- It reaches what is waited for in the block by gather, scope and timeout; a task by itself is not concerned. On a virtual clock the
-- tasks have begun before the time is over.
--! options: --stall off --clock virtual
local function wait(name)
    local c <close> = setmetatable({}, { __close = function() print(name, "cancelled") end })
    sleep(3600)
end
local over = plait.Event()
local free = async(function() over:wait() return "goes on" end)
local function try(f)
    local ok, err = pcall(function()
        local d <close> = plait.deadline(0.001)
        f()
    end)
    print(plait.kind(err))
end
try(function() gather(async(wait, "gather")) end)
--> gather	cancelled
--> timeout
try(function() local s <close> = plait.scope() s:async(wait, "scope") end)
--> scope	cancelled
--> timeout
try(function() plait.timeout(3600, wait, "timeout") end)
--> timeout	cancelled
--> timeout
try(function() await(free) end)
--> timeout
over:set()
print(await(free)) --> goes on
