-- A chain: a task starts a thread that starts a process that fails. The report shows every link, and its place.
--! status: 1
--! stderr: report_chain.lua:10: boom
--! stderr: 'the task', started at report_chain.lua:21
--! stderr: 'the thread', started at report_chain.lua:18
--! stderr: 'the process', started at report_chain.lua:14
--! stderr: report_chain.lua:10: in function <report_chain.lua:9>
-- (the numbers are lines of this file)
local function innermost()
    error("boom")
end
local function middle()
    local process
    process = spawn_process{ innermost, name = "the process" }
    await(process)
end
local function outer()
    await(spawn_thread{ middle, name = "the thread" })
    return 1
end
await(async{ outer, name = "the task" })
