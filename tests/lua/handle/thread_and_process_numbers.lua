-- h.tid is the thread's number, h.pid the process's; h.exitcode and h.signal its end.
local ready, gate = plait.Channel(), plait.Channel()
local function work()
    ready:send(tonumber(io.open("/proc/thread-self/stat"):read("a"):match("^%d+")))
    gate:recv()
end
local thread = spawn_thread(work)
print(ready:recv() == thread.tid, thread.pid) --> true	nil
local process = spawn_process(work)
print(ready:recv() == process.pid, process.exitcode, process.signal) --> true	nil	nil
gate:send(true)
gate:send(true)
await(thread)
await(process)
print(process.exitcode, process.signal) --> 0	nil
print(async(work).tid) --> nil
gate:send(ready:recv())
