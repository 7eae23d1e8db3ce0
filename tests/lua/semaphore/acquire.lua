-- acquire returns the semaphore, whose <close> gives the permit back, also when an error leaves the block.
local sem = plait.Semaphore(2)
do
    local first <close> = sem:acquire()
    local second <close> = sem:acquire()
    print(first == sem, second == sem, sem:free()) --> true	true	0
end
print(sem:free()) --> 2
print(pcall(function()
    local _ <close> = sem:acquire()
    error("inside", 0)
end)) --> false	inside
print(sem:free()) --> 2

-- The same from another process.
print(await(spawn_process(function()
    local free
    do
        local same <close> = sem:acquire()
        free = same == sem and sem:free()
    end
    local ok, err = pcall(function()
        local _ <close> = sem:acquire()
        error("inside", 0)
    end)
    return free, ok, err, sem:free()
end))) --> 1	false	inside	2
