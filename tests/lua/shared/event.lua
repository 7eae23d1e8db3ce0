-- Events between two strands of any kinds.
require("nine").run{
    make = function() return plait.Event(), plait.Event() end,

    left = function(side, event, other)
        side:say(event:is_set(), event:wait(0)) --> left false nil timeout
        side:say(event:wait(0.005)) --> left nil timeout
        side:say(side:cancel(side:start(event.wait, event))) --> left cancelled
        local waiting = side:start(function() return event:wait(30), event:is_set() end)
        side:meet() -- right sets it
        side:say(await(waiting)) --> left true true
        side:say(event:wait(), event:wait(0), event:is_set()) --> left true true true
        side:meet()
        event:clear()
        side:say(event:is_set()) --> left false
        side:meet()
        -- A ping that is a pong: set and clear at once, nobody misses it.
        for _ = 1, 20 do
            other:wait()
            other:clear()
            event:set()
        end
        side:say(event:is_set()) --> left true
    end,

    right = function(side, event, other)
        side:meet()
        side:say(select("#", event:set())) --> right 0
        event:set()
        side:say(event:is_set(), event:wait()) --> right true true
        side:meet()
        side:meet()
        side:say(event:is_set(), event:wait(0.005)) --> right false nil timeout
        for i = 1, 20 do
            other:set()
            event:wait()
            if i < 20 then event:clear() end
        end
        side:say(other:is_set()) --> right false
    end,
}
