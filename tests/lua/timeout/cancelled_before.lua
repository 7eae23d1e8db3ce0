-- For a strand that was cancelled it is a wait like others: f does not begin.
local h = async(function()
    pcall(sleep, 3600)
    return pcall(plait.timeout, 1, print, "began")
end)
sleep(0)
h:cancel("enough")
print(await(h)) --> false	cancelled: enough
