-- The error of the first is raised as it is; those of the others, which are
-- received with it, are told by plait.others.
local problem = { code = 7 }
local victim = async(function()
    pcall(sleep, 60)
    error("while stopping", 0)
end)
plait.yield() -- it has begun
local ok, err = pcall(plait.race, victim, function() error(problem) end, async(sleep, 60))
print(ok, err == problem) --> false	true
local others = plait.others(err)
print(others.n, others[1]) --> 1	while stopping
print(victim:status()) --> failed
