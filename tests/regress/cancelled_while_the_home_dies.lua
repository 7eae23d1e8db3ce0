-- At the end of a program its daemons are cancelled, and so are the processes in
-- which some of them wait: that is no error of theirs.
local box, far = plait.Channel(), plait.Channel()
for _ = 1, 8 do
    spawn_process{ function()
        local mine = plait.Channel()
        box:send(mine)
        far:recv()
    end, daemon = true }
    local theirs = box:recv()
    async{ theirs.recv, theirs, daemon = true }
    async{ plait.select, { theirs, far }, daemon = true }
    spawn_thread{ function() theirs:recv() end, daemon = true }
end
sleep(0.05) -- all of them wait by now, or soon
print("end") --> end
