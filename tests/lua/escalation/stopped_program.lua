-- A program that is stopped goes on to end by SIGTERM.
local program = spawn_process("sleep", "600")
program:kill("STOP")
local state
repeat
    sleep(0.001)
    local file <close> = io.open("/proc/" .. program.pid .. "/stat")
    state = file:read("a"):match("%) (%a)")
until state == "T"
program:cancel()
print(pcall(await, program)) --> false	cancelled: the program was ended
print(program.signal) --> 15
