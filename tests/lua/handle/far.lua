-- A handle that went to another process stands for the same strand there.
local gate = plait.Channel()
local t = spawn_thread{function(x)
  gate:recv()
  return x, nil, 3
end, 7, name="T"}
local bad = spawn_thread(function() error({code=5}) end)
local lt = async(function() return "task" end)
local slow = async(function() sleep(1000) end)
local p = spawn_process(function()
  print(t.kind, t.name, t:status(), t:done()) --> thread	T	running	false
  print(t:await(0.001)) --> nil	timeout
  gate:send(true)
  print(t:await()) --> 7	nil	3
  print(t:done(), t:status()) --> true	done
  print(await(lt)) --> task
  local ok, e = pcall(bad.await, bad)
  print(ok, e.code) --> false	5
  print(bad:error().code, bad:traceback() ~= nil) --> 5	true
  print(plait.repr(gather(t, lt))) --> {7, "task", n = 2}
  slow:cancel("enough")
  print(pcall(slow.await, slow)) --> false	cancelled: enough
  return t
end)
print(p:await() == t) --> true
print(slow:status(), spawn_thread(function() return await(lt) end):join()) --> cancelled	task
