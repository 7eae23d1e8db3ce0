-- A chat: what one says, all others read.
--
--     plait scripts/chat.lua localhost:7008       then, elsewhere, as often as you like: nc localhost 7008
--
-- Each client has two strands: one reads what he says, the other writes what he is told from a channel. Who reads too slowly
-- finds his channel full and misses lines; he holds up nobody. Without an address it is tried with two clients.

local net = plait.net
local rooms = {} -- name -> channel of what he is told

local function tell(line, except)
    for name, channel in pairs(rooms) do
        if name ~= except then channel:send(line, 0) end
    end
end

local function serve(conn)
    local conn <close> = conn
    conn:write("Your name?\n")
    local name = conn:read("l")
    if not name or rooms[name] then return conn:write("That one is here already.\n") end
    local told = plait.Channel(100)
    rooms[name] = told
    local writer = async(function()
        for line in told do conn:write(line, "\n") end
    end)
    conn:write("Welcome, ", name, ".\n")
    tell(name .. " has come.", name)
    for line in conn:lines() do tell(name .. ": " .. line, name) end
    rooms[name] = nil
    told:close()
    await(writer)
    tell(name .. " has gone.")
end

local listener <close> = assert(net.listen(arg and arg[1] or "localhost:0"))
local server = async(function()
    for conn in listener do async(serve, conn) end
end)

if arg and arg[1] then
    print("listening at " .. listener.address)
    await(server)
end

local function enter(name)
    local conn = assert(net.connect(listener.address, { timeout = 5 }))
    conn:read("l")
    conn:write(name, "\n")
    print(name .. " reads: " .. conn:read("l"))
    return conn
end

local ada = enter("Ada")
local bob = enter("Bob")
print("Ada reads: " .. ada:read("l"))
ada:write("Good morning.\n")
print("Bob reads: " .. bob:read("l"))
bob:write("Is it?\n")
print("Ada reads: " .. ada:read("l"))
bob:close()
print("Ada reads: " .. ada:read("l"))
ada:close()
listener:close()
await(server)
