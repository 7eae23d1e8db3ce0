local jobs = plait.Channel(2)
jobs:send("job")
local function take() return (jobs:try_recv()) end
local list = gather(spawn_thread(take), spawn_thread(take))
assert((list[1] == "job") ~= (list[2] == "job"))
