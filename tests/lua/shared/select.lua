-- select over a Channel, an Event and a Future, between two strands of any kinds,
-- with and without an own channel among the cases.
require("nine").run{
    make = function()
        return plait.Channel(), plait.Channel(2), plait.Event(), plait.Future()
    end,

    left = function(side, rendezvous, bounded, event, future)
        local own = plait.Channel()
        side:say(plait.select{ rendezvous, bounded, event, future, timeout = 0.005 }) --> left nil timeout
        side:say(plait.select{ own, rendezvous, bounded, event, timeout = 0.005 }) --> left nil timeout
        side:say(plait.select{ rendezvous, event, default = true }) --> left nil default
        side:say(plait.select{ own, rendezvous, default = true }) --> left nil default
        side:meet()
        -- What comes, by whichever channel it comes.
        local i, v = plait.select{ rendezvous, bounded }
        side:say(i, v) --> left 1 to the rendezvous
        side:meet()
        i, v = plait.select{ own, rendezvous, bounded }
        side:say(i, v[1], v.name) --> left 3 to the bounded one
        side:meet()
        i, v = plait.select{ rendezvous, own, bounded }
        side:say(i, v) --> left 1 with an own one
        -- Sending.
        side:meet()
        side:say(plait.select{ rendezvous:sending("a"), event }) --> left 1 true
        side:say(plait.select{ own, rendezvous:sending({ "b" }), event }) --> left 2 true
        side:say(plait.select{ bounded:sending(1), rendezvous }) --> left 1 true
        side:say(plait.select{ own, bounded:sending(2) }) --> left 2 true
        side:say(plait.select{ own, bounded:sending(3), timeout = 0.005 }) --> left nil timeout
        side:meet()
        -- A cancelled select has not happened.
        local task = side:start(function() return plait.select{ own, rendezvous, bounded:sending(3) } end)
        side:say(side:cancel(task)) --> left cancelled
        task = side:start(function() return plait.select{ rendezvous, bounded:sending(3) } end)
        side:say(side:cancel(task)) --> left cancelled
        side:meet()
        -- Events and futures.
        side:say(plait.select{ event, own }) --> left 1 true
        side:say(plait.select{ rendezvous, event }) --> left 2 true
        side:say(plait.select{ own, rendezvous, future }) --> left 3 result 2
        side:say(plait.select{ future, rendezvous }) --> left 1 result 2
        -- Both select: one pair is made, and nobody is left waiting.
        side:meet()
        for n = 1, 6 do
            local cases = { rendezvous:sending(n), bounded, n % 2 == 0 and own or nil }
            side:give((plait.select(cases)))
            side:say(plait.select{ rendezvous, bounded, default = true }) --> left nil default
            --> left nil default
            --> left nil default
            --> left nil default
            --> left nil default
            --> left nil default
            side:meet()
        end
        -- Closing.
        task = side:start(function() return side:kind(plait.select, { own, rendezvous:sending(1) }) end)
        side:meet()
        side:take() -- right has closed it
        side:say(plait.select{ own, rendezvous }) --> left 2 nil closed
        side:say(plait.select{ rendezvous, bounded }) --> left 1 nil closed
        side:say(await(task)) --> left closed
    end,

    right = function(side, rendezvous, bounded, event, future)
        local own = plait.Channel()
        side:meet()
        side:say(rendezvous:send("to the rendezvous")) --> right true
        side:meet()
        side:say(bounded:send({ "to the bounded", name = "one" })) --> right true
        side:meet()
        side:say(rendezvous:send("with an own one")) --> right true
        side:meet()
        side:say(rendezvous:recv(), rendezvous:recv()[1]) --> right a b
        side:meet()
        side:meet()
        side:say(rendezvous:try_send(1), #bounded, bounded:recv(), bounded:recv(), bounded:try_recv()) --> right false 2 1 2 nil empty
        event:set()
        sleep(0.005)
        future:resolve("result", 2)
        side:meet()
        for n = 1, 6 do
            local i, v = plait.select{ rendezvous, own, bounded:sending(n), timeout = 30 }
            local j = side:take() -- it can go by the bounded one only this way
            side:say(i == 1 and j == 1 and v == n or i == 3 and j == 2 and v) --> right true
            --> right true
            --> right true
            --> right true
            --> right true
            --> right true
            side:meet()
        end
        side:meet()
        rendezvous:close()
        side:give()
    end,
}
