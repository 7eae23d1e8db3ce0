-- What is set between the wait and the clear is forgotten.
local wake, jobs, done = plait.Event(), plait.Channel(10), plait.Channel(10)
local worker = spawn_thread(function()
  for _ = 1, 2 do
    wake:wait()
    local job = jobs:try_recv()
    wake:clear()
    if job then done:send(job) end
  end
end)
for i = 1, 2 do
  jobs:send(i)
  wake:set()
end
for i = 1, 2 do assert(done:recv() == i) end
await(worker)
