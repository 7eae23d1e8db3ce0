-- The deadlock report names the lines where the strands wait.
local f = plait.Future()
async(function()
    local n = 1
    await(f)
end)
await(f)
--! status: 70
--! stderr: deadlock_names_lines.lua:5
--! stderr: deadlock_names_lines.lua:7
