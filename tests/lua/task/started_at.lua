-- A task that gather, or a module with Python's names, starts counts as started at the line of the script.
local asyncio = require "plait.asyncio"
local function fail() error("no", 0) end
asyncio.create_task(fail)
asyncio.create_task{ fail, name = "named" }
local ok, err = pcall(gather, {
    function() plait.Channel():recv() end,
})
print(err.kind, err.message:match("started at (%S+)")) --> deadlock	started_at.lua:6
--! status: 1
--! stderr: no
--! stderr: in task 1, started at started_at.lua:4
--! stderr: in task 2 'named', started at started_at.lua:5
