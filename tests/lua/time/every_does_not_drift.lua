-- The ticks of every are counted from its start, however long f takes.
local start, ticks, in_time = plait.now(), 0, 0
local full = plait.Future()
local clock = plait.every(0.02, function()
    local off = (plait.now() - start) % 0.02
    if math.min(off, 0.02 - off) < 0.002 then in_time = in_time + 1 end
    ticks = ticks + 1
    if ticks == 9 then full:resolve() end
    sleep(0.005)
end)
await(full)
clock:cancel()
print(in_time >= 5) --> true
-- With drift the ticks would be 0.025 apart, and 3 of the 9 in time.
