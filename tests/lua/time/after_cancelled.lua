-- A task of plait.after that is cancelled before its time does not call f.
local h = plait.after(0.01, print, "called")
h:cancel()
print(pcall(await, h)) --> false	cancelled
local g = plait.after(60, print, "called")
plait.yield()
g:cancel("why wait")
print(pcall(await, g)) --> false	cancelled: why wait
