-- The first to end may be one that was cancelled: that is an error as for await.
local a, b = async(sleep, 60), async(sleep, 60)
plait.yield()
a:cancel("no more")
local ok, err = pcall(plait.race, b, a)
print(ok, err, err.kind, b:status()) --> false	cancelled: no more	cancelled	cancelled
