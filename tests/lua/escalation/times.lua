-- A process that is stuck gets SIGTERM after 6 s, and is killed a second later; its scope waits for that.
local function play()
    local begun = plait.Event()
    local process
    local begin
    local ok, err = pcall(plait.scope, function(s)
        process = s:spawn_process(function()
            begun:set()
            string.find(("a"):rep(50), ("a?"):rep(50) .. ("a"):rep(50))
        end)
        begun:wait()
        begin = plait.now()
        error("enough", 0)
    end)
    local seconds = plait.now() - begin
    assert(not ok and err == "enough")
    local done = process:done()
    pcall(await, process)
    return done, process.signal, seconds
end
-- A busy machine may make it stop before it is stuck, or late, which is reported: not each time.
local done, signal, seconds
for _ = 1, 5 do
    done, signal, seconds = await(spawn_process{ play, stderr = "/dev/null" })
    if done and signal == 9 and seconds < 7.9 then break end
end
print(done, signal, seconds >= 7 and seconds < 7.9 or seconds) --> true	9	true
