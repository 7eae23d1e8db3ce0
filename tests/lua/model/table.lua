-- Random operations on a Table, compared with a model: a plain table.
local model = require "model"

local KEYS = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 1.0, 3.0, 2.5, 0, -1, "a", "b", "a key of more than sixteen bytes", true, false }

local function any_key() return KEYS[math.random(#KEYS)] end

local function any()
    local values = { 0, 1, 1.0, -2, 2.5, math.maxinteger, true, false, "", "1", "sixteen bytes ok", "more than sixteen",
        { 1, 2, { x = "deep" } }, { "a" }, {}, n = 19 }
    return values[math.random(values.n)]
end

-- Tables are told by what is in them, which is the same text for both.
local function told(v)
    local text = plait.repr(v)
    return (text:gsub("Table([%[{])", "%1"))
end

local function copy(v)
    if type(v) ~= "table" then return v end
    local made = {}
    for k, inner in pairs(v) do made[k] = copy(inner) end
    return made
end

model.run{
    make = function() return plait.Table{ 1, 2, 3 }, { t = { 1, 2, 3 } } end,

    choose = function()
        local names = { "get", "set", "set", "append", "update", "length", "all", "elements", "remove", "inner" }
        return names[math.random(#names)], any_key(), any()
    end,

    perform = {
        get = function(t, k) return told(t[k]) end,
        set = function(t, k, v)
            t[k] = v
            return told(t[k]), t[k] == t[k]
        end,
        append = function(t, _, v)
            local n = 1
            while t[n] ~= nil do n = n + 1 end
            t[n] = v
            return n
        end,
        update = function(t, k, v)
            return told(plait.update(t, k, function(old)
                if v == false then plait.yield() end
                if type(old) == "string" then return #old end
                if type(old) == "userdata" then return { old, v } end
                return v
            end))
        end,
        length = function(t) -- one of several, if there are holes
            local n = #t
            return (n == 0 or t[n] ~= nil) and t[n + 1] == nil
        end,
        all = function(t) return told(t) end,
        elements = function(t)
            local n = 0
            for i in ipairs(t) do n = i end
            return n
        end,
        remove = function(t, k)
            t[k] = nil
            return t[k]
        end,
        inner = function(t, k, v)
            if type(t[k]) ~= "userdata" then return "no table" end
            t[k].inner = v
            return told(t[k])
        end,
    },

    model = {
        get = function(m, _, k) return told(m.t[k]) end,
        set = function(m, _, k, v)
            m.t[k] = copy(v)
            return told(v), true
        end,
        append = function(m, _, _, v)
            local n = 1
            while m.t[n] ~= nil do n = n + 1 end
            m.t[n] = copy(v)
            return n
        end,
        update = function(m, _, k, v)
            local old = m.t[k]
            local new = copy(v)
            if type(old) == "string" then new = #old end
            if type(old) == "table" then new = { old, new } end
            m.t[k] = new
            return told(new)
        end,
        length = function() return true end,
        all = function(m) return told(m.t) end,
        elements = function(m)
            local n = 0
            while m.t[n + 1] ~= nil do n = n + 1 end
            return n
        end,
        remove = function(m, _, k)
            m.t[k] = nil
            return nil
        end,
        inner = function(m, _, k, v)
            if type(m.t[k]) ~= "table" then return "no table" end
            m.t[k].inner = copy(v)
            return told(m.t[k])
        end,
    },
} --> no difference
