-- A process that stops by the rules is let go on as long as these let it: in a shield, in clean-up, also of
-- its tasks, whether it waits or computes.
local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"
require("plait.internal").set_haste(is_slow and 2 or 5) -- signalled 1.2 s after the last sign of life
local seconds = is_slow and 4 or 2.5
local function clean_up(f)
    local _ <close> = setmetatable({}, { __close = f })
    sleep(600)
end
local function compute(seconds)
    local ends = plait.now() + seconds
    while plait.now() < ends do local t = {} end
end
local ways = {
    function(seconds, begun, ended)
        plait.shield(function()
            begun:release()
            sleep(seconds)
            ended:add(1)
        end)
    end,
    function(seconds, begun, ended)
        plait.shield(function()
            begun:release()
            os.execute("sleep " .. seconds)
            ended:add(1)
        end)
    end,
    function(seconds, begun, ended)
        begun:release()
        clean_up(function()
            sleep(seconds)
            ended:add(1)
        end)
    end,
    function(seconds, begun, ended)
        begun:release()
        clean_up(function()
            compute(seconds)
            ended:add(1)
        end)
    end,
    function(seconds, begun, ended)
        async(plait.shield, function()
            begun:release()
            sleep(seconds)
            ended:add(1)
        end)
        sleep(600)
    end,
}
local begun, ended = plait.Semaphore(0), plait.Value(0)
local list = {}
for i, way in ipairs(ways) do
    list[i] = spawn_process(function()
        way(seconds, begun, ended)
        sleep(600)
    end)
end
for _ = 1, #ways do begun:acquire() end
local begin = plait.now()
for _, h in ipairs(list) do h:cancel() end
for _, h in ipairs(list) do
    local ok, err = pcall(await, h)
    print(err.message, h:status(), h.signal)
end
--> cancelled	cancelled	nil
--> cancelled	cancelled	nil
--> cancelled	cancelled	nil
--> cancelled	cancelled	nil
--> cancelled	cancelled	nil
print(ended.value, plait.now() - begin >= seconds) --> 5	true
