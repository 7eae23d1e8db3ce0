-- A channel inside of itself, and rings of channels and futures, are freed when nobody refers to them.
--! alone: yes
local function resident()
    for line in io.lines("/proc/self/status") do
        local kilobytes = line:match("^VmRSS:%s*(%d+)")
        if kilobytes then return tonumber(kilobytes) end
    end
end
local function rings(count)
    for _ = 1, count do
        local self = plait.Channel(1)
        self:send({self, ("x"):rep(2000)})
        local channel, future = plait.Channel(1), plait.Future()
        channel:send({future, ("y"):rep(2000)})
        future:resolve(channel)
        local own = plait.Future()
        own:resolve(own, ("z"):rep(2000))
    end
    collectgarbage()
end
rings(3000)
local before = resident()
rings(20000) -- 120 MB of strings
-- AddressSanitizer keeps freed memory for a while.
local most = os.getenv("PLAIT_PRESET") == "asan" and 600000 or 30000
print(resident() - before < most) --> true
