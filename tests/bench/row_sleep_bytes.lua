-- Memory of a task that sleeps: what the process grows by when many do.
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("async", "sleep", "yield") then return end

local SLEEPERS = 100000

-- The first tasks set up what all share.
for _ = 1, 100 do async(sleep, 0) end
sleep(0.01)
collectgarbage()

local before = bench.resident()
for _ = 1, SLEEPERS do async(sleep, 3600) end
plait.yield() -- lets all of them run until they sleep
collectgarbage()
bench.print("sleep_bytes", (bench.resident() - before) / SLEEPERS)
io.stdout:flush()
os.exit(0)
