-- What the metatables of shared objects hold took whatever it was called with
-- for an object, and crashed: only debug code finds it there.
local queue = require "plait.queue"
local makers = { plait.Lock, plait.Semaphore, plait.Condition, plait.Event, plait.Barrier, plait.Channel,
    plait.Value, plait.Table, plait.Array, plait.Future, queue.PriorityQueue }
local arguments = { [plait.Semaphore] = { 1 }, [plait.Barrier] = { 1 }, [plait.Value] = { 0 }, [plait.Array] = { "i8", 1 } }
local called = 0
for _, make in ipairs(makers) do
  local metatable = debug.getmetatable(make(table.unpack(arguments[make] or {})))
  for _, name in ipairs{ "__gc", "__tostring", "__proxy" } do
    local f = metatable and metatable[name]
    if f then
      called = called + 1
      for _, value in ipairs{ false, 1, "x", {}, io.stdout } do pcall(f, value, value) end
      pcall(f)
    end
  end
end
print(called > 15) --> true
