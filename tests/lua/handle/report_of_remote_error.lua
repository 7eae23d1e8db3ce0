-- An uncaught error shows the local stack, the place of the start, the strand's name and its stack.
local function work_far_away() error("far away") end
local function wait_here(h) return await(h), nil end
local h = spawn_thread{ work_far_away, name = "remote worker" }
wait_here(h)
--! status: 1
--! stderr: report_of_remote_error.lua:2: far away
--! stderr: wait_here
--! stderr: remote worker
--! stderr: started at report_of_remote_error.lua:4
--! stderr: report_of_remote_error.lua:2: in
