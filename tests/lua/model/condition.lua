-- Random operations on Conditions of a Lock or an RLock, compared with a model.
--
-- Who is notified, or timed out, comes to the lock a moment later, maybe just
-- when it is free: then it may be before others, or others before it.
local model = require "model"

local function hold(m, entry)
    m.owner, m.depth = entry.w, entry.depth
end

-- Those of whom one is to have the lock next: the oldest of those that wait for
-- it for certain, and whoever may come just when it is free.
local function list_first(queue)
    local first, has_oldest = {}, false
    for _, entry in ipairs(queue) do
        if entry.is_late or not has_oldest then first[#first + 1] = entry end
        has_oldest = has_oldest or not entry.is_late
    end
    return first
end

-- The lock is released: the next one has it.
local function pass_on(m)
    m.owner, m.depth = nil, 0
    local first = list_first(m.queue)
    if #first == 0 then return end
    if #first == 1 then
        local entry = table.remove(m.queue, 1)
        hold(m, entry)
        return m:finish(entry.w, table.unpack(entry.result, 1, entry.result.n))
    end
    local results = {}
    for _, entry in ipairs(first) do results[entry.w] = entry.result end
    m:finish_one_of(results, function(w)
        for i, entry in ipairs(m.queue) do
            if entry.w == w then return hold(m, table.remove(m.queue, i)) end
        end
    end)
end

local function find(queue, w)
    for i, entry in ipairs(queue) do
        if entry.w == w then return i, entry end
    end
end

local function take(m, w, when_taken, own)
    if m.is_abandoned then return model.raises "abandoned" end
    if m.owner == w and not m.is_reentrant then return table.unpack(own, 1, own.n) end
    if m.owner and m.owner ~= w then return table.unpack(when_taken, 1, when_taken.n) end
    m.owner, m.depth = w, m.depth + 1
    return m.object
end

local function notify(m, w, n)
    if m.owner ~= w then return model.raises "usage" end
    for _ = 1, math.min(n, #m.waiters) do
        local entry = table.remove(m.waiters, 1)
        entry.result, entry.is_late = table.pack(true), true
        table.insert(m.queue, entry)
    end
end

-- One whose time is over, which may not have been told yet: a notification might still reach it.
local function is_timed(m)
    for _, entry in ipairs(m.queue) do
        if entry.result[2] == "timeout" then return true end
    end
end

-- It comes to the lock again as others do.
local function wait0(m, w)
    if m.owner ~= w then return model.raises "usage" end
    table.insert(m.queue, { w = w, depth = m.depth, result = table.pack(nil, "timeout"), is_late = true })
    pass_on(m)
    return model.waits
end

model.run{
    make = function()
        local is_reentrant = math.random(3) > 1
        local lock = is_reentrant and plait.RLock() or plait.Lock()
        if is_reentrant and math.random(2) == 1 then lock = nil end
        return plait.Condition(lock),
            { is_reentrant = is_reentrant, depth = 0, queue = {}, waiters = {} }
    end,

    choose = function(m, w)
        local names = { "acquire", "acquire", "acquire", "acquire0", "try", "locked", "recover", "wait", "notify" }
        if m.owner == w then
            names = { "wait", "wait", "wait", "wait0", "notify", "notify", "notify_all", "release", "release",
                "release", "acquire", "wait_for", "wait_for0" }
        elseif m.is_abandoned then
            names[1], names[2] = "recover", "recover"
        end
        if math.random(20) == 1 then names = { "wait0", "notify_all", "release", "wait_for", "wait_for0" } end
        if m.owner == w and is_timed(m) then names = { "wait", "release", "release", "acquire" } end
        if math.random(20) == 1 and (not m.owner or m.owner == w) then return "with" end -- it does not wait
        return names[math.random(#names)], math.random(0, 2)
    end,

    may_cancel = function(m, w)
        if find(m.waiters, w) then return m.owner == nil end
        local _, entry = find(m.queue, w)
        return not entry.is_late
    end,

    unblock = function(m) return m.owner, "release" end,

    perform = {
        begin = function(cond) return cond:locked() end, -- it knows its lock then
        acquire = function(cond) return (cond:acquire()) end,
        acquire0 = function(cond) return cond:acquire(0) end,
        try = function(cond) return cond:try() end,
        release = function(cond) return cond:release() end,
        locked = function(cond) return cond:locked() end,
        recover = function(cond) return cond:recover() end,
        with = function(cond) return cond:with(function() return "inside" end) end,
        wait = function(cond) return cond:wait() end,
        wait0 = function(cond) return cond:wait(0) end,
        wait_for = function(cond, n) return cond:wait_for(function() return "true " .. n end) end,
        wait_for0 = function(cond) return cond:wait_for(function() return false end, 0) end,
        notify = function(cond, n) return cond:notify(n) end,
        notify_all = function(cond) return cond:notify_all() end,
    },

    model = {
        acquire = function(m, w)
            local results = table.pack(take(m, w, { model.waits, n = 1 }, { n = 2, model.raises "deadlock" }))
            if results[1] == model.waits then
                table.insert(m.queue, { w = w, depth = 1, result = table.pack(m.object) })
            end
            return table.unpack(results, 1, results.n)
        end,
        acquire0 = function(m, w)
            return take(m, w, { nil, "timeout", n = 2 }, { n = 2, model.raises "deadlock" })
        end,
        try = function(m, w) return take(m, w, { nil, n = 1 }, { nil, n = 1 }) end,
        with = function(m, w)
            if m.is_abandoned then return model.raises "abandoned" end
            if m.owner == w and not m.is_reentrant then return model.raises "deadlock" end
            return "inside"
        end,
        release = function(m, w)
            if m.owner ~= w then return model.raises "usage" end
            m.depth = m.depth - 1
            if m.depth == 0 then pass_on(m) end
        end,
        locked = function(m) return m.owner ~= nil end,
        recover = function(m)
            m.is_abandoned = false
            return m.object
        end,
        wait = function(m, w)
            if m.owner ~= w then return model.raises "usage" end
            table.insert(m.waiters, { w = w, depth = m.depth })
            pass_on(m)
            return model.waits
        end,
        wait0 = wait0,
        wait_for = function(m, w, n)
            if m.owner ~= w then return model.raises "usage" end
            return "true " .. n
        end,
        wait_for0 = wait0,
        notify = notify,
        notify_all = function(m, w) return notify(m, w, #m.waiters) end,

        -- A wait has the lock again when its cancellation is raised.
        cancelled = function(m, w)
            local waits, _ = find(m.waiters, w)
            if not waits then return table.remove(m.queue, (find(m.queue, w))) end
            table.remove(m.waiters, waits)
            if m.is_abandoned then return m:finish(w, model.raises "abandoned") end
            m.owner = w
        end,
        ended = function(m, w)
            if m.owner ~= w then return end
            m.owner, m.depth, m.is_abandoned = nil, 0, true
            for _, entry in ipairs(m.queue) do m:finish(entry.w, model.raises "abandoned") end
            m.queue = {}
        end,
    },
} --> no difference
