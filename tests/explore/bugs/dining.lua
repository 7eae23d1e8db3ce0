-- Three philosophers, each takes the left fork first.
local forks = { plait.Semaphore(1), plait.Semaphore(1), plait.Semaphore(1) }
local function dine(left, right)
  left:acquire()
  right:acquire()
  right:release()
  left:release()
end
gather(spawn_thread(dine, forks[1], forks[2]), spawn_thread(dine, forks[2], forks[3]), spawn_thread(dine, forks[3], forks[1]))
