local slots, started = plait.Semaphore(1), plait.Value(false)
local worker = spawn_thread(function()
  local _ <close> = slots:acquire()
  started.value = true
  sleep(0.1)
end)
if started.value then worker:cancel() end
pcall(await, worker)
slots:acquire()
