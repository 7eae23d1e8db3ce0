-- When the script has ended and something else keeps the program alive, stuck tasks do not keep it alive for ever.
--! status: 1
--! stderr: which nobody else can reach any more (at_the_end.lua:7); it is cancelled
plait.every{ 0.02, function() end, daemon = true } -- so it is no deadlock
async(function()
    local c <close> = setmetatable({}, { __close = function() print("closed") end })
    plait.Event():wait()
end)
--> closed
