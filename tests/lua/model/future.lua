-- Random operations on a Future, compared with a model.
local model = require "model"

local function settle(m, status, ...)
    if m.status ~= "pending" then return false end
    m.status, m.results = status, table.pack(...)
    while #m.queue > 0 do m:finish(table.remove(m.queue, 1), ...) end
    return true
end

model.run{
    make = function()
        local f = plait.Future()
        return f, { queue = {}, status = "pending" }
    end,

    choose = function(m)
        local names = { "await", "await", "await0", "done", "status", "await", "await0" }
        if math.random(5) == 1 then
            names = { "resolve", "reject", "stop" }
        end
        return names[math.random(#names)], math.random(9)
    end,

    perform = {
        await = function(f) return f:await() end,
        await0 = function(f) return await(f, 0) end,
        done = function(f) return f:done() end,
        status = function(f) return f:status() end,
        resolve = function(f, n) return f:resolve(n, nil, { n }) end,
        reject = function(f, n)
            local first = f:reject("rejected " .. n)
            f:error() -- it counts as received
            return first
        end,
        stop = function(f) f:cancel() return f:status() end,
    },

    model = {
        await = function(m, w)
            if m.status ~= "pending" then return table.unpack(m.results, 1, m.results.n) end
            table.insert(m.queue, w)
            return model.waits
        end,
        await0 = function(m)
            if m.status ~= "pending" then return table.unpack(m.results, 1, m.results.n) end
            return nil, "timeout"
        end,
        done = function(m) return m.status ~= "pending" end,
        status = function(m) return m.status end,
        resolve = function(m, _, n) return settle(m, "done", n, nil, { n }) end,
        reject = function(m, _, n) return settle(m, "failed", "error", "rejected " .. n) end,
        stop = function(m)
            settle(m, "cancelled", model.raises "cancelled")
            return m.status
        end,
        cancelled = function(m, w) model.leave(m.queue, w) end,
    },
} --> no difference
