-- pid is the number of the child; exitcode and signal are nil until it ends, then exitcode is 0.
local gate, answer = plait.Channel(), plait.Channel()
local process = spawn_process(function()
    local file <close> = assert(io.open("/proc/self/stat"))
    answer:send(file:read("n"))
    gate:recv()
end)
print(answer:recv() == process.pid, math.type(process.pid)) --> true	integer
print(process.exitcode, process.signal, process:done()) --> nil	nil	false
gate:send(true)
await(process)
print(process.exitcode, process.signal, process:done()) --> 0	nil	true
local file <close> = assert(io.open("/proc/self/stat"))
print(file:read("n") ~= process.pid) --> true
