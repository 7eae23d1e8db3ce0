-- A main script that only yields lets the others run: timers fire, threads and processes are noticed.
local function yields_until(task)
    local limit = os.time() + 2
    while not task:done() and os.time() < limit do plait.yield() end
    print(task:done())
end
yields_until(async(sleep, 0.01)) --> true
yields_until(async(function() await(spawn_thread(sleep, 0.01)) end)) --> true
yields_until(async(function() await(spawn_process("true")) end)) --> true
