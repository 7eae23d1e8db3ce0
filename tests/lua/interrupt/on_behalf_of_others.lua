-- Whoever waits for tasks and takes them along when it is to stop cannot run while one of them never waits: that one is told all
-- the same.
local running = plait.Event()
local function spin()
    running:set()
    while true do pcall(function() while true do local t = {} end end) end
end
local function last() sleep(0) spin() end
local ways = {
    { "scope", function() local s <close> = plait.scope() s:async(spin) end },
    { "block", function() plait.scope(function(s) s:async(spin) sleep(60) end) end },
    { "nested", function() plait.scope(function(s) s:async(plait.scope, function(t) t:async(last) end) end) end },
    { "gather", function() gather(function() sleep(60) end, spin) end },
    { "gather in a scope", function() local s <close> = plait.scope() s:async(gather, last, last) end },
    { "race", function() plait.race(function() sleep(60) end, spin) end },
    { "timeout", function() plait.timeout(60, spin) end },
    { "timeouts", function() plait.timeout(60, plait.timeout, 60, spin) end },
}
local function kind_of(ok, err) return plait.kind(err) end
for _, way in ipairs(ways) do
    local name, f = table.unpack(way)
    running:clear()
    local h = async(f)
    spawn_thread(function() running:wait() h:cancel("enough") end)
    local ok, err = pcall(await, h)
    local in_block = kind_of(pcall(function()
        local _ <close> = plait.deadline(0.01)
        f()
    end))
    print(name, err, in_block, plait.timeout(0.01, f))
end
--> scope	cancelled: enough	timeout	nil	timeout
--> block	cancelled: enough	timeout	nil	timeout
--> nested	cancelled: enough	timeout	nil	timeout
--> gather	cancelled: enough	timeout	nil	timeout
--> gather in a scope	cancelled: enough	timeout	nil	timeout
--> race	cancelled: enough	timeout	nil	timeout
--> timeout	cancelled: enough	timeout	nil	timeout
--> timeouts	cancelled: enough	timeout	nil	timeout
print(pcall(gather, function() sleep(0) error("oops", 0) end, last)) --> false	oops
print(plait.race(function() sleep(0) return "first" end, last)) --> 1	first
-- What ends by itself meanwhile has ended well; what a shield keeps from it goes on.
print(plait.timeout(60, function() return "well" end)) --> true	well
local h = async(plait.shield, plait.scope, function(s)
    s:async(function()
        running:set()
        local till = plait.now() + 0.1
        while plait.now() < till do local t = {} end
        print("shielded")
    end)
end)
running:clear()
spawn_thread(function() running:wait() h:cancel("enough") end)
await(h)
--> shielded

