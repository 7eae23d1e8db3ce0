-- Options of a wrong type are refused, with a message that names the option.
local function refused(option, value)
    local ok, err = pcall(spawn_process, { "true", [option] = value })
    print(ok, plait.kind(err), tostring(err):find(option, 1, true) ~= nil)
end
refused("cwd", {}) --> false	usage	true
refused("cwd", "a\0b") --> false	usage	true
refused("env", "A=B") --> false	usage	true
refused("env", {1}) --> false	usage	true
refused("env", { ["A=B"] = "x" }) --> false	usage	true
refused("env", { [""] = "x" }) --> false	usage	true
refused("env", { ["A\0B"] = "x" }) --> false	usage	true
refused("stdin", {}) --> false	usage	true
refused("stdout", true) --> false	usage	true
local closed = io.tmpfile()
closed:close()
refused("stderr", closed) --> false	usage	true
