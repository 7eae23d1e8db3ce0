-- A million times there and back over 64 connections: nothing is lost, nothing comes twice or to another one.
--! alone: yes
local net = plait.net
local preset = os.getenv("PLAIT_PRESET")
local CONNECTIONS = 64
local TIMES = preset == "release" and 1000000 or preset == "debug" and 200000 or 20000

local function serve(address)
    local net = plait.net
    local listener <close> = assert(net.listen("localhost:0"))
    address:send(listener.address)
    local served, serving = 0, {}
    for i = 1, 64 do
        local conn = listener:accept()
        serving[i] = async(function()
            local conn <close> = conn
            for line in conn:lines("L") do
                conn:write(line)
                served = served + 1
            end
        end)
    end
    gather(serving)
    return served
end

local addresses = plait.Channel(1)
local server = spawn_process(serve, addresses)
local address = addresses:recv()
local function client(number)
    local conn <close> = assert(net.connect(address))
    local right = 0
    for i = number, TIMES, CONNECTIONS do
        conn:write(i, "\n")
        if conn:read("l") == tostring(i) then right = right + 1 end
    end
    conn:shutdown()
    if conn:read("a") ~= "" then print("more than was sent") end
    return right
end
local clients = {}
for number = 1, CONNECTIONS do clients[number] = async(client, number) end
local right = 0
for _, count in ipairs(gather(clients)) do right = right + count end
print(right == TIMES, await(server) == TIMES) --> true	true
