-- An error of one cancels threads and processes too, and waits for their ends.
local ready = plait.Channel()
local function work() ready:send(true) sleep(3600) end
local task, thread, process = async(work), spawn_thread(work), spawn_process(work)
print(pcall(gather, task, thread, process, function()
    for _ = 1, 3 do ready:recv() end
    error("stop", 0)
end)) --> false	stop
print(task:status(), thread:status(), process:status()) --> cancelled	cancelled	cancelled
