-- Other tasks run meanwhile, and are not concerned.
local count = 0
local other = async(function() for _ = 1, 3 do sleep(0.001) count = count + 1 end return "other" end)
print(plait.timeout(0.02, sleep, 3600)) --> nil	timeout
print(count, await(other)) --> 3	other
