-- A loop that waits is cancelled as any wait, and cancels nothing itself.
local slow = async(sleep, 0.05)
local task = async(function()
    for _ in plait.as_completed{ slow } do print("never") end
end)
plait.yield()
task:cancel("enough")
print(pcall(await, task)) --> false	cancelled: enough
print(slow:status(), select("#", await(slow))) --> waiting	0
