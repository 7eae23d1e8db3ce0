-- Something is queued, but the other one may take it first: then this one waits for ever.
local jobs = plait.Channel(2)
jobs:send("job")
local function take()
  if #jobs > 0 then return jobs:recv() end
end
gather(spawn_thread(take), spawn_thread(take))
