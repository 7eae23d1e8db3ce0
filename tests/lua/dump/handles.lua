-- plait.tasks, plait.threads and plait.processes give the handles of those that live.
local gate = plait.Event()
local task = async(function() gate:wait() end)
local thread = spawn_thread{ function() gate:wait() return #plait.tasks() end, name = "t" }
local child = spawn_process(function() gate:wait() end)
local program = spawn_process("sleep", "60")
local pool = plait.Pool(1)
pool:map(tostring, { 1 })

local function same(a, b)
    if #a ~= #b then return false end
    for i = 1, #a do
        if a[i] ~= b[i] then return false end
    end
    return true
end

print(same(plait.tasks(), { task })) --> true
print(same(plait.threads(), { thread })) --> true
print(same(plait.processes(), { child, program })) --> true
print(plait.threads()[1].name) --> t

-- In a thread: its own tasks, and all threads of the process.
print(await(spawn_thread(function() return #plait.tasks(), #plait.threads(), #plait.processes() end))) --> 0	2	2

gate:set()
gather(task, thread, child)
program:kill()
print((pcall(await, program))) --> false
pool:close()
pool:join()
print(#plait.tasks(), #plait.threads(), #plait.processes()) --> 0	0	0
