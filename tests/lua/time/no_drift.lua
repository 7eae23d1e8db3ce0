-- A chain of sleeps does not drift: what is computed between is not added.
local start = plait.now()
local lag = math.huge
for i = 1, 40 do
    sleep(0.003)
    lag = math.min(lag, math.abs(plait.now() - start - 0.003 * i))
end
print(lag < 0.003) --> true
