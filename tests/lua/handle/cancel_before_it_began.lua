-- A task that was cancelled before it began does not begin.
local h = async(function() print("began") end)
h:cancel("too late")
print(h:status() == "done", pcall(await, h)) --> false	false	cancelled: too late
print(h:status()) --> cancelled
