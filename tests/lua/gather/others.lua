-- plait.others lists the other errors, with n; the first to fail is raised.
local gate = plait.Future()
local function fail_late(e)
    pcall(await, gate)
    error(e, 0)
end
local first = { "first" }
local ok, err = pcall(gather, async(fail_late, "b"), function() error(first) end, async(fail_late, "c"), async(sleep, 60))
print(ok, err == first) --> false	true
local others = plait.others(err)
print(others.n, others[1], others[2]) --> 2	b	c
print(plait.others("no error of gather").n, plait.others({}).n) --> 0	0
