-- An array between two strands of any kinds.
local nine = require "nine"

nine.run{
    make = function() return plait.Array("i32", 4), plait.Array("f64", {0.5, 1}) end,
    left = function(side, a, b)
        side:say(#a, a.type, a[1], b[1], tostring(b))
        side:meet()
        for _ = 1, 200 do
            a:add(1, 1)
            b:add(2, 0.5)
        end
        side:meet()
        side:say(a[1], b[2])
        a[2] = 7
        side:meet()
        side:say(a[3])
        side:give(a)
        side:say(side:take() == b)
        side:say(side:kind(function() a[5] = 1 end), side:kind(a.add, a, 1, 0.5))
    end,
    right = function(side, a, b)
        side:meet()
        for _ = 1, 200 do
            a:add(1, 1)
            b:add(2, 0.5)
        end
        side:meet()
        a[3] = 8
        side:meet()
        side:say(a[2], plait.repr(b))
        side:say(side:take() == a)
        side:give(b)
    end,
}
--> left 4 i32 0 0.5 Array("f64", 2)
--> left 400 201.0
--> left 8
--> left true
--> left usage usage
--> right 7 Array("f64", [0.5, 201.0])
--> right true
