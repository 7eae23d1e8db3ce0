-- A process in a C function that does not return is killed, with what it had started; a scope waits for that.
require("plait.internal").set_haste(10)
local group = require "group"
local name, output <close> = group.pipe()
local process
print(pcall(plait.scope, function(s)
    process = s:spawn_process{ function()
        plait.signal("TERM", print) -- makes no difference
        -- What says that it is there is called by the very function that does not return: it looks for a second match then.
        string.gsub("sleep 600 & echo ready; false" .. ("x"):rep(100) .. " " .. ("x"):rep(50),
            "([^x]*)" .. ("x?"):rep(50) .. ("x"):rep(50), os.execute)
    end, stdin = "/dev/null", stdout = name }
    print(output.line())
    error("enough", 0)
end))
--> ready
--> false	enough
local ok, err = pcall(await, process)
print(err.kind, err.message, err.signal) --> cancelled	cancelled: the process was killed, as it had not stopped	9
print(#output.rest()) --> 0
