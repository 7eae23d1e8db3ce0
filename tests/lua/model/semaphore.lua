-- Random operations on Semaphores, compared with a model.
local model = require "model"

model.run{
    make = function()
        local n, bounded = math.random(0, 3), math.random(2) == 1
        return plait.Semaphore(n, { bounded = bounded }),
            { queue = {}, free = n, most = bounded and n or 2^31 - 1 }
    end,

    choose = function()
        local names = { "acquire", "acquire", "acquire", "acquire0", "try",
            "release", "release", "free" }
        return names[math.random(#names)], math.random(3)
    end,

    perform = {
        acquire = function(sem) return sem:acquire() end,
        acquire0 = function(sem) return sem:acquire(0) end,
        try = function(sem) return sem:try() end,
        release = function(sem, k) return sem:release(k) end,
        free = function(sem) return sem:free() end,
    },

    model = {
        acquire = function(m, w)
            if m.free == 0 then
                table.insert(m.queue, w)
                return model.waits
            end
            m.free = m.free - 1
            return m.object
        end,
        acquire0 = function(m)
            if m.free == 0 then return nil, "timeout" end
            m.free = m.free - 1
            return m.object
        end,
        try = function(m)
            if m.free == 0 then return nil end
            m.free = m.free - 1
            return m.object
        end,
        -- Those who wait have their permits before anybody else comes.
        release = function(m, _, k)
            if m.free + k > m.most then return model.raises "usage" end
            for _ = 1, k do
                local w = table.remove(m.queue, 1)
                if w then m:finish(w, m.object) else m.free = m.free + 1 end
            end
        end,
        free = function(m) return m.free end,
        cancelled = function(m, w) model.leave(m.queue, w) end,
    },
} --> no difference
