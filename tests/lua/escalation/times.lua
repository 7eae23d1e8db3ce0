-- A process that is stuck gets SIGTERM after 6 s, and is killed a second later; its scope waits for that.
local begun = plait.Event()
local process
local begin
print(pcall(plait.scope, function(s)
    process = s:spawn_process(function()
        begun:set()
        string.find(("a"):rep(50), ("a?"):rep(50) .. ("a"):rep(50))
    end)
    begun:wait()
    begin = plait.now()
    error("enough", 0)
end)) --> false	enough
local seconds = plait.now() - begin
print(process:done(), process.signal, seconds >= 7 and seconds < 7.9 or seconds) --> true	9	true
pcall(await, process)
