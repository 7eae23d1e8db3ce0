-- The same with a permit of a semaphore: whoever comes next waits for ever.
local slots, started = plait.Semaphore(1), plait.Value(false)
local worker = spawn_thread(function()
  slots:acquire()
  started.value = true
  sleep(0.1)
  slots:release()
end)
if started.value then worker:cancel() end
pcall(await, worker)
slots:acquire()
