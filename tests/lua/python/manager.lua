-- multiprocessing.Manager: what else it makes; it may be left and shut down.
local multiprocessing = require "plait.multiprocessing"
local made
do
    local manager <close> = multiprocessing.Manager()
    manager:start()
    made = {manager:Queue(2), manager:Lock(), manager:RLock(), manager:Semaphore(2), manager:BoundedSemaphore(), manager:Event(),
        manager:Barrier(2), manager:Value("i", 7), manager:Array("d", {1.5}), manager:JoinableQueue(), manager:dict(), manager:list()}
    manager:shutdown()
    local pool <close> = manager:Pool(1)
    print(pool:apply(math.max, {1, 2})) --> 2
end
local p = multiprocessing.Process{target = function(queue, lock, value, dict)
    lock:with(function() value.value = value.value + 1 end)
    dict.done = true
    queue:put("from the child")
end, args = {made[1], made[2], made[8], made[11]}}
p:start()
print(made[1]:get(), made[8].value, made[11].done, made[9][1]) --> from the child	8	true	1.5
p:join()
