-- Semaphores, bounded and not, between two strands of any kinds.
require("nine").run{
    make = function()
        return plait.Semaphore(2), plait.Semaphore(1, { bounded = true }), plait.Semaphore(0)
    end,

    left = function(side, sem, bounded, none)
        side:say(sem:acquire() == sem, sem:acquire(1) == sem, sem:free()) --> left true true 0
        side:say(sem:try(), sem:acquire(0)) --> left nil nil timeout
        side:meet() -- right tries in vain
        side:meet()
        side:give() -- right waits now, or soon
        sem:release()
        side:take()
        side:say(side:kind(bounded.release, bounded), bounded:free()) --> left usage 1
        side:say(bounded:with(function(...) return bounded:free(), ... end, 1, nil)) --> left 0 1 nil
        side:say(pcall(bounded.with, bounded, error, "inside", 0)) --> left false inside
        side:say(side:kind(sem.release, sem, 0), side:kind(sem.release, sem, -1), side:kind(sem.release, sem, 1.5)) --> left usage usage usage
        side:say(sem:free(), bounded:free()) --> left 0 1
        side:meet()
        -- Several wait, several are served.
        local first = side:start(none.acquire, none)
        side:say(none:free()) --> left 0
        side:give()
        side:take() -- two of right's wait behind it
        none:release(2)
        side:say(await(first) == none) --> left true
        side:meet()
        none:release(4)
        side:meet()
        side:say(none:free(), sem:free()) --> left 3 1
    end,

    right = function(side, sem, bounded, none)
        side:meet()
        side:say(sem:acquire(0.005)) --> right nil timeout
        side:say(sem:try(), sem:free()) --> right nil 0
        side:say(side:cancel(side:start(sem.acquire, sem))) --> right cancelled
        side:meet()
        side:take()
        do
            local held <close> = sem:acquire()
            side:say(held == sem, sem:free()) --> right true 0
        end
        side:say(sem:free(), sem:try() == sem) --> right 1 true
        side:give()
        side:meet()
        side:take()
        local second = side:start(none.acquire, none)
        local third = side:start(none.acquire, none)
        none:free() -- is asked after them
        side:give()
        side:say(await(second) == none, await(third, 0.005)) --> right true nil timeout
        side:meet()
        side:say(await(third) == none) --> right true
        sem:release() -- anybody may
        side:meet()
    end,
}
