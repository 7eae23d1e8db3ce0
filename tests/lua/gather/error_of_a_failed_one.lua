-- One that failed before is raised; one that ended well is left alone.
local bad, good = async(error, "bad", 0), async(function() return 1 end)
plait.yield()
print(pcall(gather, good, bad)) --> false	bad
print(good:status(), await(good)) --> done	1
