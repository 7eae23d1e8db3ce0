-- Arrays between two strands of any kinds.
require("nine").run{
    make = function()
        return plait.Array("i64", 4), plait.Array("u8", { 1, 2, 3 }), plait.Array("f64", 1000)
    end,

    left = function(side, longs, bytes, floats)
        side:say(#longs, longs.type, #bytes, bytes.type) --> left 4 i64 3 u8
        side:say(bytes[1], bytes[3], side:kind(function() return bytes[4] end), longs[4], floats[1]) --> left 1 3 usage 0 0.0
        longs[1] = math.mininteger
        bytes[2] = 255
        side:meet()
        side:meet()
        side:say(longs[2], bytes:bytes(1, 2) == "\9\255", floats[1000]) --> left 7 true 2.5
        for _, bad in ipairs{ 0, -1, 5, 2.5, math.huge, 0/0, "x", math.maxinteger } do
            assert(side:kind(function() longs[bad] = 1 end) == "usage", bad)
            assert(side:kind(longs.add, longs, bad, 1) == "usage" or type(bad) == "string", bad)
        end
        side:say(side:kind(function() bytes[1] = 256 end), side:kind(bytes.add, bytes, 2, 1), bytes[2]) --> left usage usage 255
        side:say(side:kind(bytes.fill, bytes, -1), side:kind(bytes.bytes, bytes, 1, 4)) --> left usage usage
        side:meet()
        for _ = 1, 2000 do longs:add(3, 1) floats:add(3, 0.5) end
        side:meet()
        side:say(longs[3], floats[3]) --> left 6000 3000.0
        side:meet()
    end,

    right = function(side, longs, bytes, floats)
        side:meet()
        side:say(longs[1] == math.mininteger, bytes[2], #floats) --> right true 255 1000
        side:say(longs:add(2, 5), longs:add(2, 2)) --> right 5 7
        bytes[1] = 9
        floats:fill(2.5)
        floats[3] = 0
        side:meet()
        side:meet()
        for _ = 1, 4000 do longs:add(3, 1) floats:add(3, 0.5) end
        side:meet()
        side:meet()
    end,
}
