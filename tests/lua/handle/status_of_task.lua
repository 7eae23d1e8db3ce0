-- The status of a task: pending, running, waiting, done, failed, cancelled.
local gate = plait.Future()
local h
h = async(function()
    print(h:status(), h:done())
    await(gate)
end)
print(h:status(), h:done()) --> pending	false
plait.yield() --> running	false
print(h:status(), h:done()) --> waiting	false
gate:resolve()
await(h)
print(h:status(), h:done()) --> done	true
local bad = async(error, "x")
print(pcall(await, bad), bad:status(), bad:done()) --> false	failed	true
local gone = async(sleep, 60)
plait.yield()
gone:cancel()
print(pcall(await, gone), gone:status(), gone:done()) --> false	cancelled	true
