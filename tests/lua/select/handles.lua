-- Handles of any kind: all results, or the error as await raises it.
local never = plait.Channel()
local function results() return 1, nil, 3 end
local function fail() error({ code = 7 }) end
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    print(plait.select{ never, start(results) })
    local ok, err = pcall(plait.select, { start(fail), never })
    print(ok, err.code)
end
--> 2	1	nil	3
--> false	7
--> 2	1	nil	3
--> false	7
--> 2	1	nil	3
--> false	7
local future = plait.Future()
async(function() future:resolve("r", 2) end)
print(plait.select{ never, future }) --> 2	r	2
local handle = async(function() return "once" end)
print(plait.select{ handle }, plait.select{ handle }) --> 1	1	once
print(plait.select{ async(function() end), never }) --> 1
local victim = async(sleep, 60)
plait.yield()
victim:cancel("no")
print(pcall(plait.select, { victim, never })) --> false	cancelled: no
