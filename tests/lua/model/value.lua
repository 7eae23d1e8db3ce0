-- Random operations on a Value, compared with a model.
local model = require "model"

local function any()
    local values = { 0, 1, 1.0, -1, 2.5, math.maxinteger, math.mininteger, 0/0,
        1/0, -0.0, true, false, "", "1", "sixteen bytes ok", "more than sixteen",
        ("x"):rep(100), n = 18 }
    return values[math.random(values.n)]
end

local function number() return math.random() < 0.5 and math.random(-5, 5) or math.random(-5, 5) / 2 end

model.run{
    make = function()
        local v = any()
        return plait.Value(v), { v = v }
    end,

    choose = function(m)
        local names = { "get", "set", "add", "cas", "update", "add", "cas" }
        local name = names[math.random(#names)]
        if name == "add" then
            if type(m.v) ~= "number" and math.random(3) > 1 then return "set", number() end
            return name, number()
        end
        local old = m.v
        if math.random(3) == 1 then old = any() end
        if name == "cas" then return name, old, any() end
        return name, any()
    end,

    perform = {
        get = function(value) return value:get() end,
        set = function(value, v) value.value = v return value.value end,
        add = function(value, n) return value:add(n) end,
        cas = function(value, old, new) return value:cas(old, new) end,
        update = function(value, v)
            return value:update(function(old)
                if v == false then plait.yield() end
                if type(old) == "string" and type(v) == "string" then return #old end
                return v
            end)
        end,
    },

    model = {
        get = function(m) return m.v end,
        set = function(m, _, v)
            m.v = v
            return v
        end,
        add = function(m, _, n)
            if type(m.v) ~= "number" then return model.raises "usage" end
            m.v = m.v + n
            return m.v
        end,
        cas = function(m, _, old, new)
            if m.v ~= old then return false end
            m.v = new
            return true
        end,
        update = function(m, _, v)
            m.v = type(m.v) == "string" and type(v) == "string" and #m.v or v
            return m.v
        end,
    },
} --> no difference
