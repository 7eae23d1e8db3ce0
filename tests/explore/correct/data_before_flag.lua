local result = plait.Table{ is_ready = false }
local writer = spawn_thread(function()
  result.text = "done"
  result.is_ready = true
end)
local reader = spawn_thread(function()
  if result.is_ready then assert(result.text == "done") end
end)
gather(writer, reader)
