-- Random operations on Barriers, compared with a model.
local model = require "model"

local function break_up(m)
    for _, w in ipairs(m.queue) do m:finish(w, model.raises "broken_barrier") end
    m.queue = {}
end

model.run{
    make = function()
        local n = math.random(3)
        return plait.Barrier(n), { queue = {}, parties = n, broken = false }
    end,

    choose = function()
        local names = { "wait", "wait", "wait", "wait", "wait", "broken", "waiting", "parties", "reset" }
        if math.random(8) == 1 then names = { "wait0", "reset", "abort" } end
        return names[math.random(#names)]
    end,

    perform = {
        wait = function(barrier) return barrier:wait() end,
        wait0 = function(barrier) return barrier:wait(0) end,
        reset = function(barrier) return barrier:reset() end,
        abort = function(barrier) return barrier:abort() end,
        broken = function(barrier) return barrier:broken() end,
        waiting = function(barrier) return barrier:waiting() end,
        parties = function(barrier) return barrier.parties end,
    },

    model = {
        wait = function(m, w)
            if m.broken then return model.raises "broken_barrier" end
            if #m.queue + 1 < m.parties then
                table.insert(m.queue, w)
                return model.waits
            end
            for place, other in ipairs(m.queue) do m:finish(other, place) end
            m.queue = {}
            return m.parties
        end,
        wait0 = function(m)
            if m.broken then return model.raises "broken_barrier" end
            if #m.queue + 1 < m.parties then
                m.broken = true
                break_up(m)
                return nil, "timeout"
            end
            for place, other in ipairs(m.queue) do m:finish(other, place) end
            m.queue = {}
            return m.parties
        end,
        reset = function(m)
            break_up(m)
            m.broken = false
        end,
        abort = function(m)
            break_up(m)
            m.broken = true
        end,
        broken = function(m) return m.broken end,
        waiting = function(m) return #m.queue end,
        parties = function(m) return m.parties end,
        cancelled = function(m, w) model.leave(m.queue, w) end,
    },
} --> no difference
