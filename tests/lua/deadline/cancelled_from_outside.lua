-- A cancellation of the strand goes through it.
local h = async(function()
    local d <close> = plait.deadline(3600)
    sleep(3600)
end)
sleep(0)
h:cancel("enough")
print(pcall(await, h)) --> false	cancelled: enough
print(h:status()) --> cancelled
