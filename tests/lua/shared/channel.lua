-- A Channel, bounded, of no capacity, unbounded, between two strands of any kinds.
require("nine").run{
    make = function()
        return plait.Channel(2), plait.Channel(), plait.Channel(math.huge)
    end,

    left = function(side, bounded, rendezvous, unbounded)
        side:say(bounded.capacity, rendezvous.capacity, unbounded.capacity) --> left 2 0 inf
        side:say(bounded:send("one"), bounded:send("two"), #bounded) --> left true true 2
        side:say(bounded:try_send("three")) --> left false
        side:say(bounded:send("three", 0)) --> left nil timeout
        side:say(bounded:send("three", 0.005)) --> left nil timeout
        side:say(side:cancel(side:start(bounded.send, bounded, "never"))) --> left cancelled
        local waiting = side:start(bounded.send, bounded, "three")
        side:meet()
        side:take() -- right received all of them
        side:say(await(waiting), bounded:try_recv()) --> left true nil empty
        -- Nobody receives: a rendezvous has no room.
        side:say(rendezvous:try_send(1), rendezvous:send(1, 0.005)) --> left false nil timeout
        side:say(#rendezvous, rendezvous:recv(0), rendezvous:try_recv()) --> left 0 nil nil empty
        side:meet()
        side:say(rendezvous:send("from hand")) --> left true
        side:say(rendezvous:recv()) --> left to hand
        -- What is sent arrives as it was, in its order.
        local t = { 1, { 2 }, name = "t" }
        t.self = t
        for _, v in ipairs{ t, true, 1.5, ("long "):rep(30), bounded, function(x) return 2 * x end } do
            unbounded:send(v)
        end
        for i = 1, 200 do unbounded:send(i) end
        side:meet()
        side:say(side:kind(unbounded.send, unbounded, nil)) --> left usage
        side:say(side:kind(unbounded.send, unbounded, coroutine.create(print)), side:kind(unbounded.try_send, unbounded, nil)) --> left send usage
        side:meet()
        -- Closing: those who wait are told, what is queued is received.
        bounded:send("last")
        side:say(bounded:send("very last"), bounded:closed()) --> left true false
        local sender = side:start(function() return side:kind(bounded.send, bounded, "too late") end)
        side:say(#bounded) --> left 2
        side:meet() -- right closes all
        side:say(await(sender), side:kind(bounded.try_send, bounded, 1)) --> left closed closed
        side:take()
        side:say(bounded:recv()) --> left nil closed
        side:say(bounded:try_recv()) --> left nil closed
        side:say(side:kind(bounded.send, bounded, 1), bounded:closed(), #bounded) --> left closed true 0
    end,

    right = function(side, bounded, rendezvous, unbounded)
        side:meet()
        local got = {}
        for i = 1, 3 do got[i] = bounded:recv(30) end
        side:say(table.concat(got, " "), #bounded) --> right one two three 0
        side:say(bounded:recv(0.005)) --> right nil timeout
        side:say(side:cancel(side:start(bounded.recv, bounded))) --> right cancelled
        side:give()
        side:meet()
        side:say(rendezvous:recv()) --> right from hand
        side:say(rendezvous:send("to hand", 30)) --> right true
        local t = unbounded:recv()
        side:say(t[1], t[2][1], t.name, t.self == t) --> right 1 2 t true
        side:say(unbounded:recv(), unbounded:recv(), #unbounded:recv()) --> right true 1.5 150
        side:say(unbounded:recv() == bounded, unbounded:recv()(21)) --> right true 42
        for i = 1, 200 do assert(unbounded:recv() == i) end
        side:meet()
        side:meet()
        local receiver = side:start(rendezvous.recv, rendezvous)
        side:say(rendezvous:closed()) --> right false
        side:meet()
        rendezvous:close()
        bounded:close()
        bounded:close()
        side:say(await(receiver)) --> right nil closed
        side:say(side:kind(rendezvous.send, rendezvous, 1), rendezvous:recv()) --> right closed nil closed
        local rest = {}
        for v in bounded do rest[#rest + 1] = v end
        side:say(table.concat(rest, " "), bounded:closed(), bounded.capacity) --> right last very last true 2
        side:give()
    end,
}
