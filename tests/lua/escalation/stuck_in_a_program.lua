-- A process whose main thread waits for a program of its own when it is cancelled: both end.
require("plait.internal").set_haste(10)
local group = require "group"
local name, output <close> = group.pipe()
local begin
local process = spawn_process{ function()
    os.execute("echo ready; sleep 600")
    sleep(600)
end, stdin = "/dev/null", stdout = name }
print(output.line()) --> ready
begin = plait.now()
process:cancel()
local ok, err = pcall(await, process)
print(ok, err.kind, process:status(), err.signal == process.signal) --> false	cancelled	cancelled	true
print((err.message:gsub("%a+ by a signal", "killed"))) --> cancelled: the process was killed, as it had not stopped
print(plait.now() - begin >= 0.6, #output.rest()) --> true	0
