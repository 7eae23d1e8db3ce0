-- One that sits in a C function is told of, too, and what it called goes on.
local woken = false
async(function() sleep(0.01) woken = true end)
sleep(0)
local pipe <close> = io.popen("sleep 0.5; echo done")
print(pipe:read("l"), woken)
sleep(0.02)
print(woken)
--> done	false
--> true
--! stderr: the main script blocks its thread in file:read (blocked.lua:6) while 1 other strand is ready
--! options: --stall 0.1
