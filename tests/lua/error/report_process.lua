-- The report of an error that came from a process.
--! status: 1
--! stderr: report_process.lua:8: boom
--! stderr: report_process.lua:11: in main chunk
--! stderr: 'summer', started at report_process.lua:10
--! stderr: report_process.lua:8: in function <report_process.lua:7>
local function work()
    error("boom")
end
local process = spawn_process{ work, name = "summer" }
await(process)
