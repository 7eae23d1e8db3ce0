-- storm.lua - waits that are cancelled at random moments, and what may not come of it.
--
-- `work` runs in any strand. It keeps some dozens of tasks waiting, each in one way on objects that all share, gives and takes by
-- turns, and cancels tasks at random. Each wait ends once; what was sent was received once or is still there; locks and permits are
-- free at the end. What it chooses is decided by the seed; when other strands do the same the moments are not.
local storm = {}

local PERMITS = 3

function storm.objects()
    return {
        channel = plait.Channel(2), rendezvous = plait.Channel(), lock = plait.Lock(), rlock = plait.RLock(),
        semaphore = plait.Semaphore(PERMITS), event = plait.Event(), condition = plait.Condition(),
        inside = plait.Array("i64", 3), handles = plait.Channel(64),
    }
end

-- How often something is held at once: in memory that all share, since a call to another process could be cancelled itself.
local function enter(o, i, most)
    assert(o.inside:add(i, 1) <= most, "held by too many")
    return setmetatable({}, { __close = function() o.inside:add(i, -1) end })
end

-- Each gets the objects, a number of its own and what is to be noted: {sent, received}. It may be cancelled wherever it waits.
local ways = {
    function(o, n, noted)
        if o.channel:send(n) then noted.sent = noted.sent + n end
    end,
    function(o, _, noted)
        local v = o.channel:recv()
        noted.received = noted.received + v
    end,
    function(o, n, noted)
        if o.rendezvous:send(n) then noted.sent = noted.sent + n end
    end,
    function(o, _, noted)
        local v = o.rendezvous:recv()
        noted.received = noted.received + v
    end,
    function(o)
        local _ <close> = o.lock:acquire()
        local _ <close> = enter(o, 1, 1)
        plait.yield()
    end,
    function(o)
        local _ <close> = o.rlock:acquire()
        local _ <close> = o.rlock:acquire()
        local _ <close> = enter(o, 2, 1)
        plait.yield()
    end,
    function(o)
        local _ <close> = o.semaphore:acquire()
        local _ <close> = enter(o, 3, PERMITS)
        plait.yield()
    end,
    function(o) o.event:wait() end,
    function(o)
        local _ <close> = o.condition:acquire()
        o.condition:wait()
    end,
    function(o, n, noted)
        local i, v = plait.select{ o.channel, o.rendezvous:sending(n), o.event }
        if i == 1 then noted.received = noted.received + (v or 0) end
        if i == 2 then noted.sent = noted.sent + n end
    end,
    function() sleep(1000) end,
    function() await(async(sleep, 0.001)) end,
    function() gather(async(plait.yield), async(sleep, 1000)) end,
}

-- What others wait for, now and then, without waiting for it.
local gifts = {
    function(o, noted)
        local v = o.channel:try_recv()
        noted.received = noted.received + (v or 0)
    end,
    function(o, noted)
        local v = o.rendezvous:try_recv()
        noted.received = noted.received + (v or 0)
    end,
    function(o, noted, n)
        if o.channel:try_send(n) then noted.sent = noted.sent + n end
    end,
    function(o, noted, n)
        if o.rendezvous:try_send(n) then noted.sent = noted.sent + n end
    end,
    function(o)
        o.event:set()
        o.event:clear()
    end,
    function(o)
        local _ <close> = o.condition:acquire()
        o.condition:notify()
    end,
}

-- Starts `count` waits. `first` is a number that no other strand of the storm uses up to first + 2 * count. Returns what was noted, and
-- how many waits were cancelled.
function storm.work(seed, count, first, o)
    math.randomseed(seed)
    local noted, ends, unexpected = { sent = 0, received = 0 }, {}, nil
    local cancelled, waiting = 0, {}
    local function wait(i)
        local ok, err = pcall(ways[math.random(#ways)], o, first + i, noted)
        ends[i] = (ends[i] or 0) + 1
        if ok then return end
        if plait.kind(err) ~= "cancelled" then unexpected = unexpected or tostring(err) end
        cancelled = cancelled + 1
    end
    for i = 1, count do
        waiting[#waiting + 1] = async(wait, i)
        local what = math.random(8)
        if what <= 4 then plait.yield() end
        if what == 5 then gifts[math.random(#gifts)](o, noted, first + count + i) end
        if what == 6 then o.handles:try_send(waiting[#waiting]) end
        while #waiting > math.random(20, 60) do
            local victim = table.remove(waiting, math.random(#waiting))
            victim:cancel()
            if math.random(2) == 1 then pcall(await, victim) end
        end
    end
    -- Those that were cancelled and not awaited have ended by then, too: they wake in the order in which they were cancelled.
    for _, task in ipairs(waiting) do task:cancel() end
    for _, task in ipairs(waiting) do pcall(await, task) end
    for i = 1, count do
        if ends[i] and ends[i] ~= 1 then unexpected = ("wait %d has ended %d times"):format(i, ends[i]) end
    end
    return noted, cancelled, unexpected
end

-- Cancels what the others offer, until they have ended.
function storm.cancel_others(o)
    for task in o.handles do pcall(task.cancel, task, "by another strand") end -- its process may have ended
end

-- After all have ended: what is wrong, or nil. `results`: of {noted, cancelled, unexpected} each.
function storm.check(o, results)
    local sent, received, cancelled = 0, 0, 0
    for _, r in ipairs(results) do
        if r[3] then return r[3] end
        sent, received, cancelled = sent + r[1].sent, received + r[1].received, cancelled + r[2]
    end
    for _, ch in ipairs{ o.channel, o.rendezvous } do
        for v in ch.try_recv, ch do received = received + v end
    end
    if sent ~= received then return ("sent %d, received %d"):format(sent, received) end
    for _, name in ipairs{ "lock", "rlock", "condition" } do
        local ok, got = pcall(o[name].acquire, o[name], 1)
        if not ok or not got then return name .. " is not free: " .. tostring(got) end
        o[name]:release()
    end
    for i = 1, PERMITS do
        if not o.semaphore:try() then return "permit " .. i .. " is lost" end
    end
    if o.semaphore:try() then return "a permit too many" end
    for i = 1, 3 do
        if o.inside[i] ~= 0 then return "something is still held" end
    end
    return nil, cancelled
end

return storm
