-- Random operations on Channels of all capacities, compared with a model.
local model = require "model"

-- What is sent: items of all kinds, told apart by their number.
local function any(n)
    local kind = math.random(5)
    if kind == 1 then return n + 0.5 end
    if kind == 2 then return "item " .. n end
    if kind == 3 then return ("x"):rep(n % 50) .. n end
    if kind == 4 then return { n } end
    return n
end

local function try_send(m, v)
    if m.is_closed then return model.raises "closed" end
    local receiver = table.remove(m.receivers, 1)
    if receiver then
        m:finish(receiver, v)
        return true
    end
    if #m.items >= m.capacity then return nil end
    table.insert(m.items, v)
    return true
end

local function try_recv(m, when_empty)
    local v = table.remove(m.items, 1)
    local sender = table.remove(m.senders, 1)
    if sender then
        m:finish(sender[1], true)
        if v == nil then v = sender[2] else table.insert(m.items, sender[2]) end
    end
    if v ~= nil then return v end
    return nil, m.is_closed and "closed" or when_empty
end

model.run{
    make = function()
        local capacities = { 0, 0, 1, 2, 3, math.huge }
        local capacity = capacities[math.random(#capacities)]
        return plait.Channel(capacity),
            { capacity = capacity, items = {}, senders = {}, receivers = {}, count = 0 }
    end,

    choose = function(m)
        local names = { "send", "send", "send0", "try_send", "recv", "recv",
            "recv0", "try_recv", "count", "send", "recv" }
        if math.random(25) == 1 then names = { "close", "closed" } end
        m.count = m.count + 1
        return names[math.random(#names)], any(m.count)
    end,

    perform = {
        send = function(ch, v) return ch:send(v) end,
        send0 = function(ch, v) return ch:send(v, 0) end,
        try_send = function(ch, v) return ch:try_send(v) end,
        recv = function(ch) return ch:recv() end,
        recv0 = function(ch) return ch:recv(0) end,
        try_recv = function(ch) return ch:try_recv() end,
        count = function(ch) return #ch end,
        close = function(ch) return ch:close() end,
        closed = function(ch) return ch:closed() end,
    },

    model = {
        send = function(m, w, v)
            local sent, kind = try_send(m, v)
            if kind then return sent, kind end
            if sent then return true end
            table.insert(m.senders, { w, v })
            return model.waits
        end,
        send0 = function(m, _, v)
            local sent, kind = try_send(m, v)
            if kind then return sent, kind end
            if sent then return true end
            return nil, "timeout"
        end,
        try_send = function(m, _, v)
            local sent, kind = try_send(m, v)
            if kind then return sent, kind end
            return sent == true
        end,
        recv = function(m, w)
            local v, why = try_recv(m, "empty")
            if why ~= "empty" then
                if why then return v, why end
                return v
            end
            table.insert(m.receivers, w)
            return model.waits
        end,
        recv0 = function(m)
            local v, why = try_recv(m, "timeout")
            if why then return v, why end
            return v
        end,
        try_recv = function(m)
            local v, why = try_recv(m, "empty")
            if why then return v, why end
            return v
        end,
        count = function(m) return #m.items end,
        close = function(m)
            m.is_closed = true
            for _, sender in ipairs(m.senders) do m:finish(sender[1], model.raises "closed") end
            for _, receiver in ipairs(m.receivers) do m:finish(receiver, nil, "closed") end
            m.senders, m.receivers = {}, {}
        end,
        closed = function(m) return m.is_closed == true end,
        cancelled = function(m, w)
            model.leave(m.receivers, w)
            for i, sender in ipairs(m.senders) do
                if sender[1] == w then return table.remove(m.senders, i) end
            end
        end,
    },
} --> no difference
