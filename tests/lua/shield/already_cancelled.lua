-- A strand that was cancelled before may still do something whole in a shield, outside of a handler too.
local h = async(function()
    pcall(sleep, 3600)
    return plait.shield(function() sleep(0.001) return "whole" end)
end)
sleep(0)
h:cancel()
print(await(h)) --> whole
