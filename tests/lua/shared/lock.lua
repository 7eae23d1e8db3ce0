-- A Lock between two strands of any kinds.
require("nine").run{
    make = function() return plait.Lock() end,

    left = function(side, lock)
        side:say(lock:acquire() == lock, lock:locked()) --> left true true
        side:say(side:kind(lock.acquire, lock)) --> left deadlock
        side:say(lock:try()) --> left nil
        side:meet() -- right tries in vain
        side:meet()
        side:give() -- right waits now, or soon
        lock:release()
        side:take() -- right has it
        side:say(lock:acquire(0), lock:locked()) --> left nil true
        side:say(side:kind(lock.release, lock)) --> left usage
        side:meet()
        -- What right left behind.
        side:take()
        side:say(side:kind(lock.acquire, lock)) --> left abandoned
        side:say(side:kind(lock.acquire, lock, 1)) --> left abandoned
        side:say(side:kind(lock.try, lock)) --> left abandoned
        side:say(lock:recover() == lock, lock:locked()) --> left true false
        side:say(lock:with(function(...) return lock:locked(), ... end, 1, nil, 3)) --> left true 1 nil 3
        side:say(pcall(lock.with, lock, error, "inside", 0)) --> left false inside
        side:say(lock:locked()) --> left false
        side:meet() -- right takes and releases it
        side:meet()
        -- First come, first served.
        lock:acquire()
        side:give()
        side:take() -- right's first stands in the queue
        local second = side:start(function() return lock:acquire(30), lock:release() end)
        side:say(lock:locked()) --> left true
        lock:release()
        side:say(await(second) == lock) --> left true
    end,

    right = function(side, lock)
        side:meet()
        side:say(lock:acquire(0.005)) --> right nil timeout
        side:say(lock:acquire(0)) --> right nil timeout
        side:say(lock:try(), lock:locked()) --> right nil true
        side:say(side:kind(lock.release, lock)) --> right usage
        local waiting = side:start(function() lock:acquire() error("it has the lock") end)
        side:say(side:cancel(waiting)) --> right cancelled
        side:meet()
        side:take()
        do
            local held <close> = lock:acquire()
            side:say(held == lock, lock:locked()) --> right true true
            side:give()
            side:meet()
        end
        -- A strand that ends as the owner.
        await(async(function() lock:acquire() end))
        side:give()
        side:meet()
        side:say(lock:try() == lock) --> right true
        lock:release()
        side:say(side:kind(lock.release, lock)) --> right usage
        side:meet()
        -- The first in the queue; the next release serves the other side.
        side:take()
        local first = side:start(function() lock:acquire() lock:release() return "first" end)
        lock:locked() -- is asked after the first has asked
        side:give()
        side:say(await(first)) --> right first
    end,
}
