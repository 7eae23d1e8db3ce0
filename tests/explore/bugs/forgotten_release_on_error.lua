-- An error between acquire and release: the lock stays behind.
local lock, inbox = plait.Lock(), plait.Channel(1)
local worker = spawn_thread(function()
  lock:acquire()
  local job = inbox:try_recv()
  local size = #job -- an error if nothing has come yet
  lock:release()
  return size
end)
inbox:send("job")
pcall(await, worker)
local _ <close> = lock:acquire()
