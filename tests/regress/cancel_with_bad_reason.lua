-- A cancellation whose reason could not be turned into text was lost.
local thread = spawn_thread(function() plait.Channel():recv() end)
thread:cancel(setmetatable({}, { __tostring = function() error "no" end }))
print(pcall(await, thread)) --> false	cancelled
