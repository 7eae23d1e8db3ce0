-- A process that runs a function has signals of its own.
local ready = plait.Event()
local process = spawn_process(function()
    local come = plait.Channel(1)
    plait.signal("USR1", function(name) come:send(name) end)
    plait.signal("INT", function(name) come:send(name) end)
    ready:set()
    return come:recv(), come:recv()
end)
ready:wait()
process:kill("USR1")
process:kill("INT")
local names = {}
for _, name in ipairs{ await(process) } do names[name] = true end
print(names.USR1, names.INT) --> true	true
