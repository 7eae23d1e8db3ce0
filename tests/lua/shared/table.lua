-- Tables between two strands of any kinds.
require("nine").run{
    make = function()
        return plait.Table{ 1, "two", { deep = { 3 } }, name = "t", lock = plait.Lock() }
    end,

    left = function(side, t)
        side:say(t[1], t[2], t.name, #t, t.nothing) --> left 1 two t 3 nil
        side:say(t[3].deep[1], t[3].deep == t[3].deep, t.lock:locked()) --> left 3 true false
        t.plain = { 1, { x = "y" }, plait.Value(5) }
        t.ring = { name = "ring" }
        t.ring.up, t.ring.me = t, t.ring
        t.f = function(n) return n + 1 end
        t[2.0], t[-1], t[2.5], t[true] = "float", "minus", "half", "yes"
        side:meet()
        side:meet()
        side:say(t.plain[2].x, t.name, #t) --> left changed nil 4
        side:say(side:kind(function() t[{}] = 1 end), side:kind(function() return t[print] end)) --> left usage no error
        side:say(side:kind(function() t.x = coroutine.create(print) end), t.x) --> left send nil
        side:say(side:kind(function() t[nil] = 1 end), side:kind(function() t[0/0] = 1 end), t[nil]) --> left usage usage nil
        side:meet()
        -- An update goes on from what the other side made of it meanwhile.
        t.n = 0
        local calls = 0
        local result = plait.update(t, "n", function(n)
            calls = calls + 1
            if calls == 1 then
                side:give()
                side:take()
            end
            return n + 1
        end)
        side:say(result, calls, t.n) --> left 11 2 11
        side:say(side:kind(plait.update, t, "n", function() t.n = 5 end), t.n) --> left usage 11
        side:say(side:kind(plait.update, t, "n", function() return plait.update(t, "n", tostring) end)) --> left usage
        side:meet()
        for i = 1, 40 do
            plait.update(t, "n", function(n) return n + 1 end)
            plait.update(t.plain, 2, function(old) return { x = old.x, i = i } end)
        end
        side:meet()
        side:say(t.n, t.plain[2].x, plait.shared ~= nil) --> left 91 changed true
        side:meet()
    end,

    right = function(side, t)
        side:meet()
        side:say(t.plain[1], t.plain[2].x, t.plain[3]:get(), t.f(41)) --> right 1 y 5 42
        side:say(t.ring.up == t, t.ring.me == t.ring, t.ring.up.ring.name) --> right true true ring
        side:say(t[2], t[-1], t[2.5], t[true], t[1.0]) --> right float minus half yes 1
        t.plain[2].x = "changed"
        t.name = nil
        t[4] = "four"
        local keys = {}
        for key in pairs(t) do keys[#keys + 1] = tostring(key) end
        table.sort(keys)
        side:say(table.concat(keys, " ")) --> right -1 1 2 2.5 3 4 f lock plain ring true
        local list = {}
        for i, v in ipairs(t.plain) do list[i] = type(v) end
        side:say(table.concat(list, " ")) --> right number userdata userdata
        side:meet()
        side:meet()
        side:take()
        plait.update(t, "n", function(n) return n + 10 end)
        side:give()
        side:meet()
        for _ = 1, 40 do plait.update(t, "n", function(n) return n + 1 end) end
        side:meet()
        side:meet()
    end,
}
