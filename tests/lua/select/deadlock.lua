-- A select that nothing can end is part of a deadlock; the report names what it
-- waits for.
--! status: 70
--! stderr: deadlock: nothing can run any more
--! stderr: the main script waits (select) at deadlock.lua:14 for sending to Channel 3
--! stderr: task 1 waits (select) at deadlock.lua:11 for Channel 1, Event 2
--! stderr: started at deadlock.lua:11
--! stderr: task 2 waits (select) at deadlock.lua:13 for task 1, Channel 1, Channel 1, Channel 1, Channel 1, Channel 1, Channel 1, Channel 1, ...
local ch, event = plait.Channel(), plait.Event()
local other = plait.Channel()
local task = async(function() plait.select{ ch, event } end)
local many = { task, ch, ch, ch, ch, ch, ch, ch, ch, ch }
async(function() plait.select(many) end)
plait.select{ other:sending(1) }
