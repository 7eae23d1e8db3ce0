-- Random operations on an RLock, compared with a model.
local model = require "model"

local function take(m, w)
    if m.is_abandoned then return model.raises "abandoned" end
    if m.owner and m.owner ~= w then return nil end
    m.owner, m.depth = w, m.depth + 1
    return m.object
end

model.run{
    make = function() return plait.RLock(), { queue = {}, depth = 0 } end,

    choose = function(m, w)
        local names = { "acquire", "acquire", "acquire0", "try", "release",
            "release", "locked", "recover" }
        return names[math.random(#names)]
    end,

    perform = {
        acquire = function(lock) return (lock:acquire()) end,
        acquire0 = function(lock) return lock:acquire(0) end,
        try = function(lock) return lock:try() end,
        release = function(lock) return lock:release() end,
        locked = function(lock) return lock:locked() end,
        recover = function(lock) return lock:recover() end,
    },

    model = {
        acquire = function(m, w)
            if m.owner and m.owner ~= w and not m.is_abandoned then
                table.insert(m.queue, w)
                return model.waits
            end
            return take(m, w)
        end,
        acquire0 = function(m, w)
            if m.owner and m.owner ~= w then return nil, "timeout" end
            return take(m, w)
        end,
        try = take,
        release = function(m, w)
            if m.owner ~= w then return model.raises "usage" end
            m.depth = m.depth - 1
            if m.depth > 0 then return end
            m.owner = table.remove(m.queue, 1)
            if not m.owner then return end
            m.depth = 1
            m:finish(m.owner, m.object)
        end,
        locked = function(m) return m.owner ~= nil end,
        recover = function(m)
            m.is_abandoned = false
            return m.object
        end,
        cancelled = function(m, w) model.leave(m.queue, w) end,
        ended = function(m, w)
            if m.owner ~= w then return end
            m.owner, m.depth, m.is_abandoned = nil, 0, true
            while #m.queue > 0 do
                m:finish(table.remove(m.queue, 1), model.raises "abandoned")
            end
        end,
    },
} --> no difference
