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
--! stderr: the main script was blocked in a C function for
--! stderr: (blocked.lua:6); 1 other strand was ready meanwhile
--! options: --stall 0.1
