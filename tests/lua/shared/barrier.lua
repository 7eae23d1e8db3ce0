-- Barriers between two strands of any kinds.
require("nine").run{
    make = function() return plait.Barrier(2), plait.Barrier(3) end,

    left = function(side, two, three)
        side:say(two.parties, two:waiting(), two:broken()) --> left 2 0 false
        side:meet()
        local places = 0
        for _ = 1, 20 do places = places + two:wait() end
        side:give(places)
        side:say(two:waiting(), two:broken()) --> left 0 false
        -- In the order of arrival.
        local first = side:start(three.wait, three)
        side:say(three:waiting()) --> left 1
        side:meet()
        side:take()
        side:say(three:wait(30), await(first)) --> left 3 1
        -- Who is cancelled has not come.
        side:say(side:cancel(side:start(three.wait, three)), three:waiting(), three:broken()) --> left cancelled 0 false
        side:meet()
        -- A time-out breaks it for all.
        local waiting = side:start(function() return side:kind(three.wait, three) end)
        side:say(three:waiting()) --> left 1
        side:meet()
        side:say(await(waiting), three:broken()) --> left broken_barrier true
        side:say(side:kind(three.wait, three, 1)) --> left broken_barrier
        side:meet()
        three:reset()
        side:say(three:broken(), three:waiting()) --> left false 0
        side:meet()
        waiting = side:start(function() return side:kind(three.wait, three) end)
        side:say(three:waiting()) --> left 1
        side:meet()
        side:say(await(waiting), three:broken()) --> left broken_barrier true
    end,

    right = function(side, two, three)
        side:meet()
        local places = 0
        for _ = 1, 20 do places = places + two:wait() end
        side:say(side:take() + places) --> right 60
        side:meet()
        local second = side:start(three.wait, three)
        side:say(three:waiting()) --> right 2
        side:give()
        side:say(await(second)) --> right 2
        side:meet()
        side:meet()
        side:say(three:wait(0.005)) --> right nil timeout
        side:say(three:broken(), side:kind(three.wait, three)) --> right true broken_barrier
        side:meet()
        side:meet()
        side:meet()
        three:abort()
        side:say(three:broken(), side:kind(three.wait, three)) --> right true broken_barrier
    end,
}
