-- A Condition between two strands of any kinds.
require("nine").run{
    make = function() return plait.Condition() end,

    left = function(side, cond)
        side:say(cond:acquire() == cond, cond:locked()) --> left true true
        side:say(cond:wait(0.005)) --> left nil timeout
        side:say(cond:wait(0)) --> left nil timeout
        side:say(cond:wait_for(function() return "at once", 2 end)) --> left at once 2
        side:say(cond:wait_for(function() return false end, 0.005)) --> left nil timeout
        side:give() -- right notifies as soon as it has the lock
        side:say(cond:wait(), cond:locked()) --> left true true
        cond:release()
        side:say(side:kind(cond.wait, cond), side:kind(cond.notify, cond)) --> left usage usage
        side:meet()
        -- Held twice.
        cond:acquire():acquire()
        side:give()
        side:say(cond:wait()) --> left true
        cond:release()
        side:say(cond:locked()) --> left true
        cond:release()
        side:meet()
        -- Who is cancelled has not been notified.
        local waiting = side:start(function() cond:acquire() cond:wait() error("it was notified") end)
        side:meet()
        side:say(side:cancel(waiting)) --> left cancelled
        side:say(side:kind(cond.acquire, cond)) --> left abandoned
        cond:recover()
        side:meet()
        side:take()
        side:take() -- both of right have the lock, or wait
        cond:with(function() cond:notify(2) end)
        side:meet()
        -- Each wakes the other.
        for _ = 1, 20 do
            side:give()
            cond:with(function() cond:notify() end)
            side:take()
        end
        side:meet()
    end,

    right = function(side, cond)
        side:take()
        cond:with(function() cond:notify() end)
        side:meet()
        side:take()
        cond:with(function() cond:notify_all() end)
        side:meet()
        side:meet()
        side:meet()
        local first = side:start(function()
            cond:acquire()
            side:give()
            local ok = cond:wait()
            cond:release()
            return ok
        end)
        cond:acquire()
        side:give()
        side:say(cond:wait()) --> right true
        cond:release()
        side:say(await(first)) --> right true
        side:meet()
        for _ = 1, 20 do
            side:take()
            cond:with(function() cond:wait(0.001) end)
            side:give()
        end
        side:meet()
    end,
}
