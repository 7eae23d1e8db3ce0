-- A select that nothing can end is part of a deadlock.
--! status: 70
--! stderr: deadlock: nothing can run any more
--! stderr: the main script waits (select)
--! stderr: task 1 waits (select) at deadlock.lua:7
--! stderr: started at deadlock.lua:7
async(function() plait.select{ plait.Channel(), plait.Event() } end)
plait.select{ plait.Channel():sending(1) }
