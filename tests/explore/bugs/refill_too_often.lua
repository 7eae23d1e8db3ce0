-- A shared cache: what was read is written back after it has been thrown away.
local cache, version = plait.Table(), plait.Value(1)
local reader = spawn_thread(function()
  local seen = version.value
  cache.text = "text of " .. seen
end)
local writer = spawn_thread(function()
  version:set(2)
  cache.text = nil
end)
gather(reader, writer)
assert(cache.text == nil or cache.text == "text of 2", "an old text is in the cache")
