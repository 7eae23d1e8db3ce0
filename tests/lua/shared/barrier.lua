-- A Barrier between two strands of any kinds.
require("nine").run{
    make = function() return plait.Barrier(2) end,

    left = function(side, barrier)
        side:say(barrier.parties, barrier:waiting(), barrier:broken()) --> left 2 0 false
        -- Round after round, each with both places.
        local first = side:start(barrier.wait, barrier)
        side:give() -- the first stands there
        side:say(await(first)) --> left 1
        side:take()
        side:say(barrier:wait()) --> left 2
        local sum = 0
        for _ = 1, 20 do sum = sum + barrier:wait() end
        side:give(sum)
        -- A wait that is cancelled has not come.
        side:say(side:cancel(side:start(barrier.wait, barrier))) --> left cancelled
        side:say(barrier:waiting(), barrier:broken()) --> left 0 false
        side:meet()
        -- A time-out breaks it, for both.
        side:say(barrier:wait(0.005)) --> left nil timeout
        side:meet()
        side:say(barrier:broken(), side:kind(barrier.wait, barrier)) --> left true broken_barrier
        side:meet()
        side:take() -- right has reset it
        side:say(barrier:broken(), barrier:waiting()) --> left false 0
        -- Who waits is sent away by abort, and by reset.
        local waiting = side:start(function() return side:kind(barrier.wait, barrier) end)
        side:meet()
        side:say(await(waiting), barrier:broken()) --> left broken_barrier true
        side:meet()
        barrier:reset()
        waiting = side:start(function() return side:kind(barrier.wait, barrier) end)
        side:meet()
        side:say(await(waiting), barrier:broken()) --> left broken_barrier false
    end,

    right = function(side, barrier)
        side:take()
        side:say(barrier:waiting(), barrier:wait(30)) --> right 1 2
        local first = side:start(barrier.wait, barrier)
        side:give()
        side:say(await(first)) --> right 1
        local sum = 0
        for _ = 1, 20 do sum = sum + barrier:wait() end
        side:say(sum + side:take()) --> right 60
        side:meet()
        side:meet()
        side:say(barrier:broken(), side:kind(barrier.wait, barrier)) --> right true broken_barrier
        side:meet()
        side:say(select("#", barrier:reset())) --> right 0
        side:give()
        side:meet()
        barrier:abort()
        side:say(side:kind(barrier.wait, barrier)) --> right broken_barrier
        side:meet()
        side:meet()
        barrier:reset()
        side:say(barrier:broken()) --> right false
    end,
}
