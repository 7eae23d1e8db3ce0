-- soak.lua - many objects are made, sent and dropped; then this process holds
-- what it held before, and so does the one they were sent to.
--
--     require("soak").run("Lock", plait.Lock, function(lock) lock:locked() end)
--
-- Objects are sent to a thread and to a child process, and come from a child
-- process. PLAIT_STRESS=1 makes 100 000 of each kind, a million in all.

local soak = {}

local BATCH = 100
local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"
local total = os.getenv("PLAIT_STRESS") and 100000 or is_slow and 1200 or 6000

-- KiB that a process may have grown by: the collector lets some garbage lie,
-- more or less of it, the heap has holes (8 MiB of them without one block that
-- is left, after 100 000 channels), and sanitizers keep back what was freed. The
-- objects of one exchange are more than that.
local function most_memory(count)
    return is_slow and 60000 or 6000 + count * BATCH // 4
end

-- Blocks that come and go: a table that has grown, a thread that idles.
local SPARE_BLOCKS = 60

local function count_lines(command)
    local pipe <close> = io.popen(command)
    return pipe:read("n")
end

-- What this process holds. `blocks` is what the runtime has allocated, exactly;
-- builds that do not count it have 0, and only the memory tells.
local function measure()
    collectgarbage()
    collectgarbage()
    local file <close> = io.open("/proc/self/status")
    local text = file:read("a")
    return { memory = tonumber(text:match("\nVmRSS:%s*(%d+)")),
        threads = tonumber(text:match("\nThreads:%s*(%d+)")),
        descriptors = count_lines("ls /proc/" .. plait.pid() .. "/fd | wc -l"),
        blocks = require("plait.internal").block_count() }
end

local function is_as_before(before, now, spare)
    return now.descriptors <= before.descriptors
        and now.threads <= before.threads
        and now.blocks <= before.blocks + (spare or SPARE_BLOCKS)
end

-- Measures until all is as before: what the other side has dropped, or what is
-- being closed, takes a moment to be gone.
local function compare(where, measure, before, count, spare)
    local now
    for _ = 1, 200 do
        now = measure()
        if is_as_before(before, now, spare)
            and now.memory - before.memory <= most_memory(count) then break end
        sleep(0.01)
    end
    if now.memory - before.memory > most_memory(count) then
        print(("%s: %d KiB more"):format(where, now.memory - before.memory))
    end
    if is_as_before(before, now, spare) then return end
    for _, what in ipairs{ "descriptors", "threads", "blocks" } do
        print(("%s: %d %s, were %d"):format(where, now[what], what, before[what]))
    end
end

-- The other side: uses and drops what comes, or makes and sends back as much.
local function serve(requests, answers, make, use)
    for request in requests do
        if request == "measure" then
            answers:send(measure())
        elseif request == "make" then
            local batch = {}
            for i = 1, BATCH do batch[i] = make(i) end
            answers:send(batch)
        else
            for i = 1, #request do use(request[i]) end
            answers:send(true)
        end
    end
end

local function send_batches(count, requests, answers, make)
    for _ = 1, count do
        local batch = {}
        for i = 1, BATCH do batch[i] = make(i) end
        requests:send(batch)
        answers:recv()
    end
end

local function receive_batches(count, requests, answers, use)
    for _ = 1, count do
        requests:send("make")
        local batch = answers:recv()
        for i = 1, BATCH do use(batch[i]) end
    end
end

local function ask(requests, answers)
    requests:send("measure")
    return answers:recv()
end

local function run_with(start, where, exchange, make, use, count, spare)
    local requests, answers = plait.Channel(1), plait.Channel(1)
    local server = start(serve, requests, answers, make, use)
    exchange(count, requests, answers) -- the heaps get their size
    local there, here = ask(requests, answers), measure()
    exchange(count, requests, answers)
    local function measure_there() return ask(requests, answers) end
    measure_there() -- it collects its garbage
    compare(where, measure, here, count, spare)
    if start == spawn_process then
        compare(where .. ", other side", measure_there, there, count, spare)
    end
    requests:close()
    await(server)
end

local function in_turn(make, use, count)
    for _ = 1, count do
        for i = 1, BATCH do use(make(i)) end
    end
end

-- Prints what has grown; nothing if nothing has. `count` in all, default above;
-- `spare`: blocks that may be there more, of what is looked for now and then.
function soak.run(name, make, use, count, spare)
    local batches = math.max(3, (count or total) // BATCH // 4)
    await(async(function() end)) -- the thread that watches over tasks is there
    in_turn(make, use, batches)
    local before = measure()
    in_turn(make, use, batches)
    compare(name .. ", made and dropped", measure, before, batches,
        spare)
    local function send(n, requests, answers)
        send_batches(n, requests, answers, make)
    end
    local function receive(n, requests, answers)
        receive_batches(n, requests, answers, use)
    end
    run_with(spawn_thread, name .. ", to a thread", send, make, use,
        batches, spare)
    run_with(spawn_process, name .. ", to a process", send, make, use,
        batches, spare)
    run_with(spawn_process, name .. ", from a process", receive, make,
        use, batches, spare)
end

return soak
