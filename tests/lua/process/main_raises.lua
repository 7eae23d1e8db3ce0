-- If the script raises, its error is printed first, then processes are cancelled; the status is 1.
if arg[1] == "child" then
    local running = plait.Channel()
    spawn_process(function()
        local guard <close> = setmetatable({}, {__close = function() print("closed") end})
        running:send(true)
        sleep(600)
        print("never")
    end)
    spawn_process("sleep", "600")
    running:recv()
    error("the script failed")
end

local out = io.popen(("%s %s child 2>&1"):format(arg[-1], arg[0]))
local text = out:read("a")
print(text:match("^[^\n]*main_raises.lua:12: the script failed\n") ~= nil) --> true
print(text:find("\nclosed\n") ~= nil, text:find("never")) --> true	nil
print(out:close()) --> nil	exit	1
