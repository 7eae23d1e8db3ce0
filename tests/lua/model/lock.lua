-- Random operations on a Lock, compared with a model.
local model = require "model"

local function give_to_next(m)
    m.owner = table.remove(m.queue, 1)
    if m.owner then m:finish(m.owner, m.object) end
end

local function take(m, w, when_taken, when_own)
    if m.is_abandoned then return model.raises "abandoned" end
    if m.owner == w then return table.unpack(when_own, 1, when_own.n or 2) end
    if m.owner then return table.unpack(when_taken, 1, when_taken.n) end
    m.owner = w
    return m.object
end

model.run{
    make = function() return plait.Lock(), { queue = {} } end,

    choose = function(m, w)
        local names = { "acquire", "acquire", "acquire0", "try", "release",
            "locked", "recover" }
        if m.owner == w then names[1], names[2] = "release", "release" end
        return names[math.random(#names)]
    end,

    perform = {
        acquire = function(lock) return lock:acquire() end,
        acquire0 = function(lock) return lock:acquire(0) end,
        try = function(lock) return lock:try() end,
        release = function(lock) return lock:release() end,
        locked = function(lock) return lock:locked() end,
        recover = function(lock) return lock:recover() end,
    },

    model = {
        acquire = function(m, w)
            local results = table.pack(take(m, w, { model.waits, n = 1 },
                { model.raises "deadlock" }))
            if results[1] == model.waits then table.insert(m.queue, w) end
            return table.unpack(results, 1, results.n)
        end,
        acquire0 = function(m, w)
            return take(m, w, { nil, "timeout", n = 2 }, { model.raises "deadlock" })
        end,
        try = function(m, w) return take(m, w, { nil, n = 1 }, { nil, n = 1 }) end,
        release = function(m, w)
            if m.owner ~= w then return model.raises "usage" end
            give_to_next(m)
        end,
        locked = function(m) return m.owner ~= nil end,
        recover = function(m)
            m.is_abandoned = false
            return m.object
        end,
        cancelled = function(m, w) model.leave(m.queue, w) end,
        ended = function(m, w)
            if m.owner ~= w then return end
            m.owner, m.is_abandoned = nil, true
            while #m.queue > 0 do
                m:finish(table.remove(m.queue, 1), model.raises "abandoned")
            end
        end,
    },
} --> no difference
