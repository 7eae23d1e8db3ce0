-- The flag says that the result is there before it is.
local result = plait.Table{ is_ready = false }
local writer = spawn_thread(function()
  result.is_ready = true
  result.text = "done"
end)
local reader = spawn_thread(function()
  if result.is_ready then assert(result.text == "done", "it was said to be ready") end
end)
gather(writer, reader)
