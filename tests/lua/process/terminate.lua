-- terminate sends SIGTERM; a program may catch it.
local running = plait.Channel()
local process = spawn_process(function() running:send(true) sleep(600) end)
running:recv()
print(process:terminate() == process) --> true
local _, err = pcall(await, process)
print(plait.kind(err), err.signal, process.signal) --> died	15	15

local ready = os.tmpname()
os.remove(ready)
local program = spawn_process("sh", "-c", "trap 'exit 42' TERM; : >" .. ready .. "; while :; do sleep 0.01; done")
while not io.open(ready) do sleep(0.005) end
os.remove(ready)
program:terminate()
print(await(program)) --> 42
