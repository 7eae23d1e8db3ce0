-- Tasks, threads and processes use the same pools at once, break out of loops, cancel, fail, while workers are killed: every result
-- is right, every error is one that was asked for, and in the end all workers are free.
local is_slow = os.getenv("PLAIT_PRESET") == "asan" or os.getenv("PLAIT_PRESET") == "tsan"
local ROUNDS = is_slow and 15 or 60
local seed = os.time()

local function client(pool, number, seed, may_die)
    local random = load("return function(seed) local s = seed return function(n) s = (s * 1103515245 + 12345) % 2147483648 return s // 65536 % n + 1 end end")()(seed + number * 7919)
    local function check(ok, err)
        if ok then return end
        local kind = plait.kind(err)
        if err == "asked for" or kind == "cancelled" or (kind == "died" and may_die) then return end
        error(("client %d, seed %d: %s"):format(number, seed, tostring(err)), 0)
    end
    local function list(n) local t = {} for i = 1, n do t[i] = i + number * 1000 end return t end
    local ways = {
        function() -- map
            local n = random(60)
            local ok, got = pcall(pool.map, pool, function(x) if x % 97 == 0 then sleep(0.0005) end return { x, x * 2 } end, list(n), { chunk = random(9) })
            check(ok, got)
            if ok then for i = 1, n do assert(got[i][1] == i + number * 1000 and got[i][2] == 2 * got[i][1]) end end
        end,
        function() -- a loop that is left
            local n, stop, last = random(50), random(60), 0
            check(pcall(function()
                for x in pool:imap(function(x) return -x end, list(n), { chunk = random(4), ahead = 4 + random(20) }) do
                    last = last + 1
                    assert(-x == last + number * 1000, "out of order")
                    if last == stop then break end
                end
                assert(last == math.min(n, stop))
            end))
        end,
        function() -- unordered, from an iterator that waits
            local n, i, sum = random(30), 0, 0
            check(pcall(function()
                for x in pool:imap(function(x) return x end, function() i = i + 1 if i % 5 == 0 then plait.yield() end return i <= n and i or nil end, { ordered = false }) do sum = sum + x end
                assert(sum == n * (n + 1) // 2)
            end))
        end,
        function() -- an error
            local bad = random(20)
            local ok, err = pcall(pool.map, pool, function(x) if x == bad + number * 1000 then error("asked for", 0) end return x end, list(20), { chunk = random(5) })
            assert(not ok)
            check(ok, err)
        end,
        function() -- handles, some of them cancelled
            local handles = {}
            for i = 1, random(12) do handles[i] = pool:submit(function(x) if x % 3 == 0 then sleep(0.001 * x) end return x end, i) end
            for i, h in ipairs(handles) do if i % 4 == 3 then h:cancel() end end
            for i, h in ipairs(handles) do
                local ok, x = pcall(await, h)
                check(ok, x)
                assert(not ok or x == i)
            end
        end,
        function() -- a task that is cancelled within
            local task = async(pool.map, pool, sleep, { 0.001, 0.1, 0.1, 10, 10, 10 }, { chunk = 1 })
            sleep(0.0005 * random(6))
            task:cancel()
            check(pcall(await, task))
        end,
    }
    for _ = 1, ROUNDS do ways[random(#ways)]() end
    return number
end

for _, options in ipairs{ { threads = 3 }, { processes = 3 }, { processes = 2, recycle = 5 } } do
    local pool <close> = plait.Pool(options)
    local pids, is_over, killer = plait.Channel(math.huge), false, nil
    -- A sanitizer complains of what is killed while it ends by itself.
    if options.processes and not (options.recycle and is_slow) then
        killer = async(function()
            local rng = seed
            while not is_over do
                sleep(0.003 + rng % 7 * 0.001)
                rng = rng * 1103515245 % 2147483648 + 12345
                local pid = pids:try_recv()
                if pid then os.execute(("kill -9 %d 2>/dev/null"):format(pid)) end
                if not is_over then pool:submit(function() pids:send(plait.pid()) end):on_done(function(h) h:error() end) end
            end
        end)
    end
    local may_die = options.processes ~= nil
    local clients = { async(client, pool, 1, seed, may_die), async(client, pool, 2, seed, may_die), spawn_thread(client, pool, 3, seed, may_die), spawn_process(client, pool, 4, seed, may_die) }
    print(table.concat(gather(clients), " "))
    is_over = true
    if killer then await(killer) end
    local ok, got
    repeat ok, got = pcall(pool.map, pool, math.abs, { -1, -2, -3, -4 }, { chunk = 1 }) until ok
    print(plait.repr(got))
end
--> 1 2 3 4
--> [1, 2, 3, 4]
--> 1 2 3 4
--> [1, 2, 3, 4]
--> 1 2 3 4
--> [1, 2, 3, 4]
