-- A strand that runs on while others are ready is told of once, with the line
-- where it runs.
async{ function()
    local start = os.clock()
    while os.clock() - start < 0.6 do local t = {} end
end, name = "busy" }
async(function() print("the other one") end)
sleep(0)
print("main")
--> the other one
--> main
--! stderr: task 1 'busy' ran
--! stderr: (told_of_once.lua:5); 2 other strands were ready meanwhile
--! stderr: hint: await(to_thread(f, ...)), or plait.yield() now and then
--! options: --stall 0.1
