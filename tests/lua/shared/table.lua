-- A Table between two strands of any kinds, and what is stored in it.
require("nine").run{
    make = function()
        return plait.Table{n = 0, list = {1, 2}}, plait.Table()
    end,

    left = function(side, t, empty)
        side:say(t.n, #t.list, t.list[2], t.nothing) --> left 0 2 2 nil
        side:say(t == t, t.list == t.list, #empty, next((select(2, pairs(empty))))) --> left true true 0 nil
        t.from = {"left", {deep = {}}}
        t.from.self = t.from
        t.lock, t.f = plait.Lock(), function(x) return x * 2 end
        t[1], t[2.0], t[true] = "one", "two", false
        side:meet() -- right reads that
        side:take()
        side:say(t.from, t.back[1].back[1], t[2], #t) --> left nil right nil 1
        for _ = 1, 20 do plait.update(t, "n", function(n) return n + 1 end) end
        side:meet()
        side:say(t.n) --> left 40
        side:say(side:kind(function() t.x = {coroutine.create(print)} end), side:kind(function() t[{}] = 1 end)) --> left send usage
        side:say(side:kind(plait.update, t, "n", function() t.n = 1 end), t.n) --> left usage 40
        side:meet()
        local task = side:start(plait.update, t, "slow", function(v)
            side:meet() -- right sets it meanwhile, once
            side:take()
            return (v or "") .. "left"
        end)
        side:say(await(task)) --> left rightleft
        side:meet()
    end,

    right = function(side, t, empty)
        side:meet()
        side:say(t.from[1], t.from.self == t.from, #t.from, t.lock:locked(), t.f(21)) --> right left true 2 false 42
        side:say(t[1.0], t[2], t[true], t[false]) --> right one two false nil
        local keys = {}
        for k in pairs(t) do keys[#keys + 1] = tostring(k) end
        table.sort(keys)
        side:say(table.concat(keys, " ")) --> right 1 2 f from list lock n true
        for i, v in ipairs(t) do side:say(i, v) end
        --> right 1 one
        --> right 2 two
        t.from, t[2] = nil, nil
        t.back = {{back = {"right"}}}
        side:give()
        for _ = 1, 20 do plait.update(t, "n", function(n) return n + 1 end) end
        side:meet()
        side:say(t.n, plait.repr(t.list)) --> right 40 Table[1, 2]
        side:meet()
        side:meet()
        t.slow = "right"
        side:give()
        side:meet() -- it is called once more
        side:give()
        side:meet()
        side:say(t.slow) --> right rightleft
    end,
}
