-- A process in a C function that does not return is killed, with what it had started; a scope waits for that.
require("plait.internal").set_haste(10)
local group = require "group"
local name, output <close> = group.pipe()
local process
print(pcall(plait.scope, function(s)
    process = s:spawn_process{ function()
        plait.signal("TERM", print) -- makes no difference
        os.execute("sleep 600 & echo ready")
        string.find(("a"):rep(50), ("a?"):rep(50) .. ("a"):rep(50))
    end, stdin = "/dev/null", stdout = name }
    print(output.line())
    error("enough", 0)
end))
--> ready
--> false	enough
local ok, err = pcall(await, process)
print(err.kind, err.message, err.signal) --> cancelled	cancelled: the process was killed, as it had not stopped	9
print(#output.rest()) --> 0
