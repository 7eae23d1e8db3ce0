local forks, waiter = { plait.Semaphore(1), plait.Semaphore(1), plait.Semaphore(1) }, plait.Semaphore(2)
local function dine(left, right)
  local _ <close> = waiter:acquire()
  local _ <close> = left:acquire()
  local _ <close> = right:acquire()
end
gather(spawn_thread(dine, forks[1], forks[2]), spawn_thread(dine, forks[2], forks[3]), spawn_thread(dine, forks[3], forks[1]))
