-- The error of a cancelled strand is the cancellation.
local h = async(sleep, 60)
plait.yield()
h:cancel("why")
pcall(await, h)
print(plait.kind(h:error()), h:error()) --> cancelled	cancelled: why
