-- Both workers find the file open, and both close it.
local file, closes = plait.Table{ is_open = true }, plait.Value(0)
local function finish()
  if file.is_open then
    closes:add(1)
    file.is_open = false
  end
end
gather(spawn_thread(finish), spawn_thread(finish))
assert(closes.value == 1, "closed twice")
