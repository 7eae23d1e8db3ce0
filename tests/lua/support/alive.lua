-- alive.lua - a program in which everything is under way, and which ends in some way after some time: see shutdown/moments.lua.
--
--   plait alive.lua WAY SECONDS SEED
local way, seconds, seed = arg[1], tonumber(arg[2]), tonumber(arg[3])
math.randomseed(seed)
local daemon = way == "end" -- else the end would wait for them

local o = { channel = plait.Channel(2), lock = plait.Lock(), permits = plait.Semaphore(2), table = plait.Table{ n = 0 }, event = plait.Event() }

-- For ever, in a strand of any kind.
local function work(o, seed)
    math.randomseed(seed)
    local _ <close> = setmetatable({}, { __close = function() plait.yield() end })
    local ways = {
        function() o.channel:send(1, 0.01) end,
        function() o.channel:recv(0.01) end,
        function()
            local _ <close> = o.lock:acquire()
            plait.yield()
        end,
        function() o.permits:with(sleep, 0.001) end,
        function() plait.update(o.table, "n", function(n) return n + 1 end) end,
        function() gather(async(sleep, 0.001), async(plait.yield)) end,
        function() plait.select{ o.channel, o.event, timeout = 0.002 } end,
        function() await(spawn_thread(math.abs, 1)) end,
        function() for i = 1, 2000 do local t = { i } end end,
        function() pcall(error, "x") end,
    }
    while true do ways[math.random(#ways)]() end
end

local starts = {
    function() async{ work, o, math.random(1000), daemon = daemon } end,
    function() spawn_thread{ work, o, math.random(1000), daemon = daemon } end,
    function() spawn_process{ work, o, math.random(1000), daemon = daemon } end,
    function() spawn_process{ "sleep", "100", daemon = daemon } end,
    function() async{ function() o.event:wait() end, daemon = daemon } end,
    function() spawn_thread{ function(e) e:wait() end, o.event, daemon = daemon } end,
    function() plait.every{ 0.002, function() o.channel:try_send(2) end, daemon = daemon } end,
    function() spawn_process{ function(o, w, d) spawn_thread{ w, o, 3, daemon = d } w(o, 4) end, o, work, daemon, daemon = daemon } end,
}
local function use_pool(options)
    async{ function()
        local pool <close> = plait.Pool(options)
        while true do pool:map(function(n) return n * n end, { 1, 2, 3, 4, 5 }) end
    end, daemon = daemon }
end
starts[#starts + 1] = function() use_pool{ threads = 2 } end
starts[#starts + 1] = function() use_pool{ processes = 1 } end

for _ = 1, math.random(2, 8) do starts[math.random(#starts)]() end
sleep(seconds)
if way == "exit" then os.exit(7) end
if way == "close" then os.exit(7, true) end
if way == "thread" then await(spawn_thread(os.exit, 7)) end
if way == "error" then error("the end") end
if way ~= "end" then sleep(100) end
