-- A Value between two strands of any kinds.
require("nine").run{
    make = function() return plait.Value(1) end,

    left = function(side, value)
        side:say(value.value, value:get()) --> left 1 1
        value.value = "from left"
        side:meet()
        side:meet()
        side:say(value:get(), value:add(2), value:add(-0.5)) --> left 40 42 41.5
        side:say(value:cas(41, 0), value:cas(41.5, "text"), value.value) --> left false true text
        side:say(side:kind(value.add, value, 1), side:kind(value.add, value, "1")) --> left usage usage
        side:say(side:kind(value.set, value, {}), side:kind(value.update, value, 7)) --> left usage usage
        value:set(("long "):rep(30))
        side:meet()
        side:meet()
        -- An update goes on from what the other side made of it meanwhile.
        value.value = 0
        local calls = 0
        local result = value:update(function(n)
            calls = calls + 1
            if calls == 1 then side:give(); side:take() end
            return n + 1
        end)
        side:say(result, calls, value.value) --> left 11 2 11
        side:meet()
        -- Both at once: no addition is lost.
        for _ = 1, 40 do
            value:add(1)
            value:update(function(n) return n + 1 end)
        end
        side:meet()
        side:say(value.value) --> left 171
    end,

    right = function(side, value)
        side:meet()
        side:say(value.value) --> right from left
        value:set(40)
        side:meet()
        side:meet()
        side:say(#value:get(), value:cas(("long "):rep(30), nil), value.value) --> right 150 true nil
        for _, v in ipairs{true, false, 1.0, -0.0, "", "a\0b", math.mininteger, 2^60} do
            value.value = v
            assert(rawequal(value.value, v) and math.type(value.value) == math.type(v))
        end
        value.value = math.maxinteger
        side:say(value:add(1) == math.mininteger) --> right true
        side:say(value:update(function() return nil end), value.value) --> right nil nil
        side:say(pcall(value.update, value, function() error("no", 0) end)) --> right false no
        side:say(side:kind(function() value.other = 1 end), value.other) --> right usage nil
        side:meet()
        side:take()
        value:add(10)
        side:give()
        side:meet()
        for _ = 1, 80 do value:add(1) end
        side:meet()
    end,
}
