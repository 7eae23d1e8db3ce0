-- Nobody is told of who keeps nobody waiting.
async(sleep, 0.01)
sleep(0.02) -- there are tasks, and none is left
local start = os.clock()
while os.clock() - start < 0.4 do local t = {} end
local h = spawn_thread(function()
    local start = os.clock()
    while os.clock() - start < 0.4 do local t = {} end
end)
h:join()
print("done") --> done
--! options: --stall 0.1
