-- The first cancellation counts; a second one changes nothing.
local h = async(sleep, 3600)
plait.yield()
h:cancel("first")
h:cancel("second")
print(pcall(await, h)) --> false	cancelled: first
