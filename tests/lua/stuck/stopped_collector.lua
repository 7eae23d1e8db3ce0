-- A collector that the script has stopped stays stopped; options of collectgarbage are those of Lua.
collectgarbage("stop")
local t = async(function() plait.Channel():recv() end)
sleep(0)
collectgarbage()
print(collectgarbage("isrunning")) --> false
collectgarbage("restart")
print(collectgarbage(), collectgarbage("isrunning")) --> 0	true
print(math.type(collectgarbage("count")), type(collectgarbage("step", 0))) --> float	boolean
print(collectgarbage("incremental"), collectgarbage("generational")) --> generational	incremental
print(pcall(collectgarbage, "all")) --> false	bad argument #1 to 'collectgarbage' (invalid option 'all')
t:cancel()
