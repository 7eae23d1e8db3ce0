-- An RLock between two strands of any kinds.
require("nine").run{
    make = function() return plait.RLock() end,

    left = function(side, lock)
        side:say(lock:acquire():acquire(1):try() == lock, lock:locked()) --> left true true
        side:meet() -- right tries in vain
        side:meet()
        lock:release()
        side:say(lock:with(function() return lock:with(math.max, 3, 4) end)) --> left 4
        lock:release()
        side:say(lock:locked()) --> left true
        side:give() -- right waits now, or soon
        lock:release() -- the last of three
        side:take()
        side:say(side:kind(lock.release, lock), lock:locked()) --> left usage true
        side:meet()
        -- What right left behind, taken twice.
        side:take()
        side:say(side:kind(lock.acquire, lock), side:kind(lock.try, lock)) --> left abandoned abandoned
        side:say(lock:recover():acquire() == lock, lock:locked()) --> left true true
        lock:release()
        side:say(lock:locked()) --> left false
    end,

    right = function(side, lock)
        side:meet()
        side:say(lock:acquire(0.005)) --> right nil timeout
        side:say(lock:try(), side:kind(lock.release, lock)) --> right nil usage
        side:say(side:cancel(side:start(lock.acquire, lock))) --> right cancelled
        side:meet()
        side:take()
        do
            local outer <close> = lock:acquire()
            side:say(pcall(function()
                local inner <close> = lock:acquire()
                error("inside", 0)
            end)) --> right false inside
            -- Another strand of this side is a stranger as well.
            side:say(await(async(lock.try, lock)), outer == lock) --> right nil true
            side:give()
            side:meet()
        end
        await(async(function() lock:acquire():acquire() end))
        side:give()
    end,
}
