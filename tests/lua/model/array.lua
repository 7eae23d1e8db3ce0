-- Random operations on Arrays of all types, compared with a model.
local model = require "model"

local bits = { i8 = 8, i16 = 16, i32 = 32, i64 = 64, u8 = 8, u16 = 16, u32 = 32, u64 = 64 }
local types = { "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64" }

-- The number as the type holds it; nil if it cannot.
local function fit(type, v)
    if type == "f64" then return v * 1.0 end
    if type == "f32" then
        local narrow = string.unpack("f", string.pack("f", v))
        if v - v == 0 and narrow - narrow ~= 0 then return nil end
        return narrow
    end
    local n = math.tointeger(v)
    if not n then return nil end
    if bits[type] == 64 then return n end
    local low, high = 0, (1 << bits[type]) - 1
    if type:sub(1, 1) == "i" then
        low, high = -(1 << bits[type] - 1), (1 << bits[type] - 1) - 1
    end
    if n < low or n > high then return nil end
    return n
end

local function number()
    local some = { 0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, 65535,
        65536, 2147483647, 2147483648, -2147483648, 4294967295, 4294967296,
        math.maxinteger, math.mininteger, 1.5, 2.0, -0.0, 1e300, 1/0, 0/0, 3e38, 2^53 }
    return some[math.random(#some)]
end

model.run{
    make = function()
        local type, n = types[math.random(#types)], math.random(4)
        local list = {}
        for i = 1, n do list[i] = fit(type, 0) end
        return plait.Array(type, n), { type = type, list = list }
    end,

    choose = function(m)
        local names = { "get", "set", "set", "add", "add", "fill", "length", "bytes" }
        return names[math.random(#names)], math.random(0, #m.list + 1), number()
    end,

    perform = {
        get = function(a, i) return a[i] end,
        set = function(a, i, v) a[i] = v end,
        add = function(a, i, v) return a:add(i, v) end,
        fill = function(a, _, v) return a:fill(v) end,
        length = function(a) return #a end,
        bytes = function(a) return (a:bytes():gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end,
    },

    model = {
        get = function(m, _, i)
            if not m.list[i] then return model.raises "usage" end
            return m.list[i]
        end,
        set = function(m, _, i, v)
            v = fit(m.type, v)
            if not m.list[i] or v == nil then return model.raises "usage" end
            m.list[i] = v
        end,
        add = function(m, _, i, v)
            if not m.list[i] then return model.raises "usage" end
            local sum
            if m.type:sub(1, 1) == "f" then
                sum = fit(m.type, m.list[i] + v)
            else
                sum = math.tointeger(v) and fit(m.type, m.list[i] + math.tointeger(v))
            end
            if not sum then return model.raises "usage" end
            m.list[i] = sum
            return sum
        end,
        fill = function(m, _, _, v)
            v = fit(m.type, v)
            if v == nil then return model.raises "usage" end
            for i = 1, #m.list do m.list[i] = v end
        end,
        length = function(m) return #m.list end,
        bytes = function(m)
            local format = m.type == "f64" and "d" or m.type == "f32" and "f" or "i" .. bits[m.type] // 8
            local text = {}
            for i, v in ipairs(m.list) do
                local wide = format:sub(1, 1) == "i" and bits[m.type] < 64 and "i8" or format
                text[i] = string.pack("=" .. wide, v):sub(1, (bits[m.type] or format == "d" and 64 or 32) // 8)
            end
            return (table.concat(text):gsub(".", function(c) return ("%02x"):format(c:byte()) end))
        end,
    },
} --> no difference
