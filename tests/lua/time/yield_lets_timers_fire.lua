-- A main script that yields in a loop lets timers fire.
local fired = false
plait.after(0.002, function() fired = true end)
while not fired do plait.yield() end
print("fired") --> fired
fired = false
plait.after(0.002, function() fired = true end)
while not fired do sleep(0) end
print("fired") --> fired
await(async(function()
    plait.after(0.002, function() fired = "in a task" end)
    while fired ~= "in a task" do plait.yield() end
end))
print(fired) --> in a task
