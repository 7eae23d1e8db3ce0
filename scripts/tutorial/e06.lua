-- E06: a counter that ten threads change, seven up and three down, under a lock.

local counter, lock = plait.Value(0), plait.Lock()

local function increment()
    local _ <close> = lock:acquire()
    counter.value = counter.value + 1
end

local function decrement()
    local _ <close> = lock:acquire()
    counter.value = counter.value - 1
end

local threads = {}
for i = 1, 10 do threads[i] = spawn_thread(i <= 7 and increment or decrement) end
gather(threads)
print(counter.value)
