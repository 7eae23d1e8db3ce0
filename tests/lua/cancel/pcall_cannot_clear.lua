-- pcall may catch the cancellation, but the loop around it comes to its end.
local rounds = 0
local h = async(function()
    while rounds < 1000 do
        if pcall(sleep, 3600) then error("slept") end
        rounds = rounds + 1
        if rounds == 3 then sleep(3600) end
    end
end)
plait.yield()
h:cancel("stop")
print(pcall(await, h)) --> false	cancelled: stop
print(rounds, h:status()) --> 3	cancelled
