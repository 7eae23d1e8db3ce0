-- The check comes before anything runs, and also finds writes on paths that would not be taken.
local n = 0
local ran = plait.Value(0)
local ok = pcall(spawn_thread, function(never)
    ran:add(1)
    if never then n = 1 end
end, false)
print(ok, ran.value) --> false	0
sleep(0.01)
print(ran.value) --> 0
