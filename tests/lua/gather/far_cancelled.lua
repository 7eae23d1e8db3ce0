-- An error of one cancels the others in their own process too, and so does
-- racing; a home that dies counts as a failure of its strands.
local handles = plait.Channel(math.huge)
local home = spawn_process(function()
    for _ = 1, 3 do handles:send(spawn_thread(sleep, 3600)) end
    local never = plait.Future()
    handles:send(never)
    await(never)
end)
local a, b, c, never = handles:recv(), handles:recv(), handles:recv(), handles:recv()
local ok, err = pcall(gather, a, function()
    sleep(0.01)
    error("stop", 0)
end)
print(ok, err, a:status()) --> false	stop	cancelled
print(plait.race(b, function() return "won" end)) --> 2	won
print(b:status()) --> cancelled
async(function()
    sleep(0.02)
    home:kill()
end)
local done, pending = plait.wait({ c, never }, { when = "error" })
print(#done + #pending, #done > 0) --> 2	true
print(plait.kind(select(2, pcall(gather, c, never)))) --> died
for handle in plait.as_completed{ c, never } do print(plait.kind(select(2, pcall(await, handle)))) end
--> died
--> died
print(plait.kind(select(2, pcall(await, home)))) --> died
