-- What is no event is refused.
local event = plait.Event()
print(pcall(event.set)) --> false	bad argument #1 to '?' (plait.Event expected, got no value)
print(pcall(event.wait, plait.Lock())) --> false	bad argument #1 to '?' (plait.Event expected, got plait.Lock)
print(pcall(event.wait, event, "soon")) --> false	bad argument #2 to '?' (number expected, got string)
