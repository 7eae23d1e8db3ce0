-- A Semaphore, and one that is bounded, between two strands of any kinds.
require("nine").run{
    make = function() return plait.Semaphore(2, { bounded = true }), plait.Semaphore(0) end,

    left = function(side, slots, signal)
        side:say(slots:acquire() == slots, slots:try() == slots, slots:free()) --> left true true 0
        side:say(slots:try(), slots:acquire(0)) --> left nil nil timeout
        side:meet() -- right tries in vain
        side:meet()
        side:say(side:cancel(side:start(slots.acquire, slots))) --> left cancelled
        side:give() -- right waits now, or soon
        slots:release()
        side:take() -- right has it
        side:say(slots:free(), slots:acquire(0.005)) --> left 0 nil timeout
        side:say(side:kind(slots.release, slots, 3), side:kind(slots.release, slots, 0)) --> left usage usage
        side:meet()
        side:take() -- right has released it
        side:say(slots:free()) --> left 1
        side:say(slots:with(function(...) return slots:free(), ... end, 1, nil, 3)) --> left 0 1 nil 3
        side:say(pcall(slots.with, slots, error, "inside", 0)) --> left false inside
        slots:release()
        side:say(slots:free(), side:kind(slots.release, slots)) --> left 2 usage
        -- Anybody may release; first come, first served.
        local order = plait.Channel(9)
        local first = side:start(function() signal:acquire(30) order:send("first") end)
        side:give(order)
        side:take() -- right's stands in the queue
        local third = side:start(function() signal:acquire(30) order:send("third") end)
        signal:release()
        side:say(order:recv(30)) --> left first
        signal:release()
        side:say(order:recv(30)) --> left second
        signal:release(3)
        side:say(order:recv(30), signal:free()) --> left third 2
        gather(first, third)
        side:meet()
    end,

    right = function(side, slots, signal)
        side:meet()
        side:say(slots:free(), slots:try()) --> right 0 nil
        side:say(slots:acquire(0.005)) --> right nil timeout
        side:say(slots:acquire(0)) --> right nil timeout
        side:say(side:cancel(side:start(slots.acquire, slots))) --> right cancelled
        side:meet()
        side:take()
        do
            local held <close> = slots:acquire()
            side:say(held == slots) --> right true
            side:give()
            side:meet()
        end
        side:give()
        local order = side:take()
        local second = side:start(function() signal:acquire(30) order:send("second") end)
        side:give()
        side:meet()
        await(second)
        side:say(signal:acquire() == signal, signal:free()) --> right true 1
    end,
}
