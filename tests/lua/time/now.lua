-- plait.now is a monotonic clock in seconds.
local last = plait.now()
print(math.type(last)) --> float
for i = 1, 300 do
    if i % 10 == 0 then plait.yield() end
    if i % 100 == 0 then sleep(0.001) end
    local now = plait.now()
    assert(now >= last, "the clock went back")
    last = now
end
local before = plait.now()
while plait.now() - before < 0.01 do end -- computing takes time
