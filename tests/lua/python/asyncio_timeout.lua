-- asyncio.timeout runs a block that must end in time; shield lets what it waits for go on when the caller is cancelled.
--! options: --stall off --clock virtual
local asyncio = require "plait.asyncio"
print(asyncio.timeout(5, function(...) return ... end, 1, nil, 3)) --> 1	nil	3
local cleaned = false
local function slow()
    local _ <close> = setmetatable({}, {__close = function() cleaned = true end})
    asyncio.sleep(60)
end
local ok, err = pcall(asyncio.timeout, 0.005, slow)
print(ok, plait.kind(err) == asyncio.TimeoutError, cleaned) --> false	true	true
print(pcall(asyncio.timeout, 1, 2)) --> false	timeout: argument 2 is no function; write timeout(1, function() ... end)

local go = asyncio.Event()
local inner = asyncio.ensure_future(function() go:wait() return "finished" end)
local outer = async(function() return asyncio.shield(inner) end)
plait.yield()
outer:cancel()
print(plait.kind(select(2, pcall(await, outer))), inner:status()) --> cancelled	waiting
go:set()
print(asyncio.shield(inner), asyncio.shield(function(x) return x end, 7)) --> finished	7

-- As a block; asyncio.timeout(nil) is none.
ok, err = pcall(function()
    local limit <close> = asyncio.timeout(0.005)
    asyncio.sleep(60)
end)
print(ok, plait.kind(err) == asyncio.TimeoutError) --> false	true
do local limit <close> = asyncio.timeout(nil) end

-- Whoever waits for it is cancelled: so is what it waits for, in asyncio.wait_for too.
for _, wait in ipairs{ function(f) asyncio.timeout(60, f) end, function(f) asyncio.wait_for(async(f), 60) end } do
    cleaned = false
    outer = async(wait, slow)
    sleep(0)
    sleep(0)
    outer:cancel()
    print(plait.kind(select(2, pcall(await, outer))), cleaned) --> cancelled	true
end
--> cancelled	true
