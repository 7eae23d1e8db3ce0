-- An answer that came while the closing state ended its waits was leaked; the
-- address sanitizer tells.
--! status: 3
local channel = plait.Channel()
spawn_process(function()
  local t = plait.Table{ text = ("x"):rep(1000) }
  channel:send(t)
  channel:recv()
end)
local t = channel:recv()
async(function() return t.text end)
plait.yield()
os.exit(3, true)
