-- The report of an error that came from a thread: local stack, name and "started at", remote stack.
--! status: 1
--! stderr: report_thread.lua:9: boom
--! stderr: report_thread.lua:14: in local 'wait'
--! stderr: in thread 1 'w1', started at report_thread.lua:17
--! stderr: report_thread.lua:9: in upvalue 'inner'
--! stderr: report_thread.lua:11: in function <report_thread.lua:11>
local function inner()
    error("boom")
end
local function work() inner() return 1 end

local function wait(handle)
    local result = await(handle)
    return result
end
wait(spawn_thread{ work, name = "w1" })
