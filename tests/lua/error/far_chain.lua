-- A handle that is awaited in another process: the report has its strand and the place of its start.
--! status: 1
--! stderr: far_chain.lua:6: boom
--! stderr: in process 2 'waiter', started at far_chain.lua:7
--! stderr: in thread 1 'worker', started at far_chain.lua:6
local h = spawn_thread{ function() error("boom") end, name = "worker" }
await(spawn_process{ function() await(h) end, name = "waiter" })
