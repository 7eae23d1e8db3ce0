-- A gathered strand that somebody cancels is an error like others.
local other = async(sleep, 60)
local victim = async(sleep, 60)
async(function() victim:cancel("gone") end)
local ok, err = pcall(gather, other, victim)
print(ok, plait.kind(err), err.reason, other:status()) --> false	cancelled	gone	cancelled
print((pcall(sleep, 0))) --> true
