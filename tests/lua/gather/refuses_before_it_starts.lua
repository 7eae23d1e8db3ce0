-- What is refused is refused before anything is started.
print((pcall(gather, function() print("started") end, 5))) --> false
print((pcall(gather, { function() print("started") end, "x" }))) --> false
plait.yield()
print("nothing started") --> nothing started
