-- An Event between two strands of any kinds.
require("nine").run{
    make = function() return plait.Event() end,

    left = function(side, event)
        side:say(event:is_set(), event:wait(0)) --> left false nil timeout
        side:say(event:wait(0.005)) --> left nil timeout
        local waiting = side:start(event.wait, event, 30)
        side:meet() -- right sets it
        side:say(await(waiting), event:is_set(), event:wait(), event:wait(0)) --> left true true true true
        side:meet() -- right clears it
        side:meet()
        side:say(side:cancel(side:start(event.wait, event))) --> left cancelled
        side:give()
        side:take()
        side:say(event:wait()) --> left true
        side:meet()
        side:meet()
        side:say(event:is_set()) --> left false
    end,

    right = function(side, event)
        local waiting = side:start(event.wait, event)
        side:meet()
        event:set()
        event:set()
        side:say(await(waiting), event:is_set()) --> right true true
        side:meet()
        event:clear()
        event:clear()
        side:say(event:is_set(), event:wait(0.005)) --> right false nil timeout
        side:meet()
        side:take()
        -- Who waits is woken, although it is cleared at once.
        local woken = side:start(event.wait, event)
        event:set()
        event:clear()
        side:say(await(woken)) --> right true
        event:set()
        side:give()
        side:meet()
        event:clear()
        side:meet()
    end,
}
