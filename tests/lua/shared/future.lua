-- Futures between two strands of any kinds.
require("nine").run{
    make = function() return plait.Future(), plait.Future(), plait.Future() end,

    left = function(side, resolved, rejected, cancelled)
        side:say(resolved.kind, resolved:done(), resolved:status()) --> left future false pending
        side:say(await(resolved, 0.005)) --> left nil timeout
        side:say(side:cancel(side:start(await, resolved))) --> left cancelled
        local waiting = side:start(function() return select("#", await(resolved)), resolved:await(30) end)
        side:meet()
        side:say(await(waiting)) --> left 4 nil two nil 4.0
        side:say(resolved:done(), resolved:status(), resolved:error()) --> left true done nil
        side:say(resolved:resolve(5), resolved:reject("late")) --> left false false
        side:meet()
        side:say(rejected:reject{ code = 7 }) --> left true
        side:say(rejected:status(), rejected:error().code) --> left failed 7
        side:meet()
        side:take()
        side:say(pcall(await, cancelled)) --> left false cancelled: not needed
        side:say(cancelled:status(), cancelled:resolve(1)) --> left cancelled false
    end,

    right = function(side, resolved, rejected, cancelled)
        side:meet()
        side:say(resolved:resolve(nil, "two", nil, 4.0)) --> right true
        side:say(resolved:resolve(5), await(resolved)) --> right false nil two nil 4.0
        side:meet()
        side:say(select(2, pcall(await, rejected)).code) --> right 7
        side:say(rejected:done(), rejected:reject("again")) --> right true false
        side:meet()
        local waiting = side:start(function() return side:kind(await, cancelled) end)
        cancelled:cancel("not needed")
        side:say(await(waiting), cancelled:done()) --> right cancelled true
        side:give()
    end,
}
