-- Nested: the smallest wins, and the inner one alone if it is that.
print(plait.timeout(3600, plait.timeout, 0.001, sleep, 3600)) --> true	nil	timeout
print(plait.timeout(0.001, plait.timeout, 3600, sleep, 3600)) --> nil	timeout
print(plait.timeout(3600, function()
    local ok, what = plait.timeout(0.001, sleep, 3600)
    sleep(0.001) -- the outer one is not over
    return ok, what, "goes on"
end)) --> true	nil	timeout	goes on
