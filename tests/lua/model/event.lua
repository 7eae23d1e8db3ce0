-- Random operations on an Event, compared with a model.
local model = require "model"

model.run{
    make = function() return plait.Event(), { queue = {}, is_set = false } end,

    choose = function()
        local names = { "wait", "wait", "wait", "wait0", "set", "clear", "is_set" }
        return names[math.random(#names)]
    end,

    perform = {
        wait = function(event) return event:wait() end,
        wait0 = function(event) return event:wait(0) end,
        set = function(event) return event:set() end,
        clear = function(event) return event:clear() end,
        is_set = function(event) return event:is_set() end,
    },

    model = {
        wait = function(m, w)
            if m.is_set then return true end
            table.insert(m.queue, w)
            return model.waits
        end,
        wait0 = function(m)
            if m.is_set then return true end
            return nil, "timeout"
        end,
        set = function(m)
            m.is_set = true
            for _, w in ipairs(m.queue) do m:finish(w, true) end
            m.queue = {}
        end,
        clear = function(m) m.is_set = false end,
        is_set = function(m) return m.is_set end,
        cancelled = function(m, w) model.leave(m.queue, w) end,
    },
} --> no difference
