-- Ten thousand pools, submits and loops leave nothing behind: threads, processes, descriptors and memory are where they were.
--! alone: yes
local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"
local POOLS, PROCESSES, SUBMITS = 10000, 100, 10000
if is_slow then POOLS, PROCESSES, SUBMITS = 300, 10, 1000 end

local function read(path) local f <close> = io.open(path) return f and f:read("a") or "" end
local function status(name) return tonumber(read("/proc/self/status"):match(name .. ":%s*(%d+)")) end
local function count(path)
    local n, pipe <close> = 0, io.popen("ls " .. path)
    for _ in pipe:lines() do n = n + 1 end
    return n
end
local me = "/proc/" .. plait.pid()
local function children() return select(2, read(me .. "/task/" .. plait.pid() .. "/children"):gsub("%d+", "")) end

local function one(options, i)
    local pool = plait.Pool(options)
    local how = i % 5
    if how == 0 then
        pool:submit(math.abs, -i)
        pool:close()
    elseif how == 1 then
        assert(pool:map(math.abs, { -i })[1] == i)
        pool:cancel()
    elseif how == 2 then
        for v in pool:imap(math.abs, { i, i, i }) do if v == i then break end end
        pool:close()
    elseif how == 3 then
        local h = pool:submit(sleep, 3600)
        h:cancel()
        assert(not pcall(await, h))
        pool:cancel()
    else
        assert(not pcall(pool.map, pool, error, { 1, 2, 3 }))
        pool:close()
    end
    if i % 7 > 0 then pool:join() end -- else it is dropped
end

local function run(pools, processes, submits)
    for i = 1, pools do one({ threads = 1 + i % 2 }, i) end
    for i = 1, processes do one({ processes = 1 }, i) end
    for _, options in ipairs{ { threads = 2 }, { processes = 2 } } do
        local pool <close> = plait.Pool(options)
        for i = 1, submits do assert(await(pool:submit(math.abs, -i)) == i) end
        local n = 0
        for v in pool:imap(function(x) return { x } end, function() n = n + 1 return n <= submits and n or nil end, { chunk = 3 }) do assert(v[1] > 0) end
    end
    collectgarbage()
    collectgarbage()
end

run(POOLS // 10, PROCESSES // 10, SUBMITS // 10)
local threads, files, memory = status("Threads"), count(me .. "/fd"), status("VmRSS")
run(POOLS, PROCESSES, SUBMITS)
-- What was dropped ends in its own time.
local now
for _ = 1, 1000 do
    now = { children = children(), threads = status("Threads"), files = count(me .. "/fd") }
    if now.children == 0 and now.threads <= threads + 16 and now.files <= files then break end
    sleep(0.01)
end
local function say(ok, text, ...) if not ok then print(text:format(...)) end end
say(now.children == 0, "%d children", now.children)
say(now.files <= files, "%d descriptors, %d before", now.files, files)
say(now.threads <= threads + 16, "%d threads, %d before", now.threads, threads) -- 16 idle ones are kept
say(is_slow or status("VmRSS") <= memory + 20000, "%d KiB, %d before", status("VmRSS"), memory)
print("nothing left") --> nothing left
