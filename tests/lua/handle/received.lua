-- An error that somebody received is not printed: by await, h:error or gather.
local function fail() error("seen") end
pcall(await, async(fail))
pcall(gather, async(fail))
gather{ fail, settle = true }
for _, start in ipairs{ async, spawn_thread, spawn_process } do
    local h = start(fail)
    while not h:done() do sleep(0.001) end
    print(h:error() ~= nil)
    pcall(await, start(fail))
end
--> true
--> true
--> true
