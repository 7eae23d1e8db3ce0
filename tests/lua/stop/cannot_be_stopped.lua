-- What nothing can interrupt: who awaits it is not held up, and it is named.
local function spin()
    while true do local t = {} end
end
local ways = {
    { "C function", function() return (("a"):rep(300000) .. "b"):find(".-.-.-c") end },
    { "message handler", function() xpcall(spin, function() spin() end) end },
    { "finalizer", function()
        setmetatable({}, { __gc = spin })
        collectgarbage()
    end },
    { "hook", function()
        debug.sethook(spin, "", 1)
        local t = {}
    end },
    { "other program", function() os.execute("exec sleep 5") end },
}
local function state_of(key)
    for _, record in ipairs(plait.strands()) do
        if record.kind .. " " .. tostring(record.id) == key then return record.state, record.name end
    end
end
local function start(running, f)
    running:set()
    f()
end
-- On a busy machine it may be told before it is there, and stops: then once more.
local function told(kind, way)
    for _ = 1, 20 do
        local running = plait.Event()
        local h = _G["spawn_" .. kind]{ start, running, way[2], name = way[1] }
        running:wait()
        h:cancel()
        local result = table.pack(pcall(h.await, h, 0.2))
        local state, name
        repeat state, name = state_of(kind .. " " .. h.id) until state ~= "running"
        if kind == "process" then h:kill() end
        if result[1] and state then return state, name, table.unpack(result, 2, result.n) end
    end
    error(way[1] .. " was stopped")
end
for _, kind in ipairs{ "thread", "process" } do
    for _, way in ipairs(ways) do
        local state, name, ok, why = told(kind, way)
        print(ok, why)
        print(kind, state, name)
    end
end
io.stdout:flush()
os.exit(0) -- what is left is not waited for
--> nil	timeout
--> thread	blocked	C function
--> nil	timeout
--> thread	blocked	message handler
--> nil	timeout
--> thread	blocked	finalizer
--> nil	timeout
--> thread	blocked	hook
--> nil	timeout
--> thread	blocked	other program
--> nil	timeout
--> process	blocked	C function
--> nil	timeout
--> process	blocked	message handler
--> nil	timeout
--> process	blocked	finalizer
--> nil	timeout
--> process	blocked	hook
--> nil	timeout
--> process	blocked	other program
