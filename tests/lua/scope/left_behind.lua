-- A strand that cannot be stopped is left behind, and named, a second after its clean-up should have ended.
--! stderr: 'stuck' did not end within 6 s after its scope was cancelled, and is left behind
local ready = plait.Event()
local start = plait.now()
print(pcall(function()
    local s <close> = plait.scope()
    s:spawn_thread{ function() ready:set() os.execute("exec sleep 9") end, name = "stuck" }
    ready:wait()
    error("boom", 0)
end)) --> false	boom
local seconds = plait.now() - start
print(seconds >= 6 and seconds < 8.9 or seconds) --> true
