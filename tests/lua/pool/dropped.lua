-- A pool that nobody has any more is closed: its workers end, and what was given is still done.
local function count(what)
    local n = 0
    for name in io.popen("ls /proc/" .. plait.pid() .. "/" .. what):lines() do n = n + 1 end
    return n
end
local function children() return #io.popen("cat /proc/" .. plait.pid() .. "/task/*/children"):read("a"):gsub("%S+", "x"):gsub("[^x]", "") end
local h
do
    local pool, other = plait.Pool(2), plait.Pool{ processes = 2 }
    other:map(math.abs, { 1 })
    pool:submit(math.abs, 1)
    h = pool:submit(function() sleep(0.05) return "done" end)
end
collectgarbage()
collectgarbage()
print(await(h)) --> done
while children() > 1 do sleep(0.01) end -- the one that counts
print("gone") --> gone
