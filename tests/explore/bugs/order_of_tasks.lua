-- Tasks that are ready run in the order of their starts; but those that wait meanwhile do not.
local log = {}
local function step(name, channel)
  channel:send(true)
  log[#log + 1] = name
end
local channel = plait.Channel()
local tasks = { async(step, "first", channel), async(step, "second", channel) }
async(function() for _ = 1, 2 do channel:recv() end end)
gather(tasks)
assert(table.concat(log, " ") == "first second", "in another order")
