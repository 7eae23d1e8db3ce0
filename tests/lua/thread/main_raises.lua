-- If the script raises, its error is printed first, then everything is cancelled; the status is 1.
if arg[1] == "child" then
    local running = plait.Channel()
    local function body(name)
        local guard <close> = setmetatable({}, {__close = function() print(name .. " closed") end})
        running:send(true)
        sleep(600)
        print("never")
    end
    spawn_thread(body, "strand")
    to_thread(body, "strand")
    async(body, "strand")
    for _ = 1, 3 do running:recv() end
    error("the script failed")
end

local out = io.popen(("%s %s child 2>&1"):format(arg[-1], arg[0]))
local text = out:read("a")
print(text:match("^[^\n]*main_raises.lua:14: the script failed\n") ~= nil) --> true
print(select(2, text:gsub("strand closed", "")), text:find("never")) --> 3	nil
print(out:close()) --> nil	exit	1
