-- Cancelled at any moment: the transfer is gone at once, no descriptor is left, and the connections stay of use.
require("plait.internal").set_haste(20)
local servers, files = require "servers", require "files"
local http, fs = plait.http, plait.fs
local preset = os.getenv("PLAIT_PRESET")
local ROUNDS = (preset == "asan" or preset == "tsan") and 6 or 16
local server <close> = servers.raw(function(conn)
    local path = servers.read_head(conn):match("^%S+ (%S+)")
    if path == "/slow" then
        conn:write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nfirst\n")
        conn:read("a")
    elseif path == "/much" then
        conn:write("HTTP/1.1 200 OK\r\n\r\n")
        local block = ("x"):rep(1 << 16)
        while conn:write(block) do end
    elseif path == "/redirect" then
        conn:write("HTTP/1.1 302 Found\r\nLocation: /slow\r\nContent-Length: 0\r\n\r\n")
    elseif path == "/ok" then
        conn:write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    else
        conn:read("a")
    end
end)
local url = server.url
local large = ("x"):rep(1 << 22)
local operations = {
    silent = function() http.get(url .. "/silent") end,
    slow = function() http.get(url .. "/slow") end,
    much = function() http.get(url .. "/much") end,
    redirect = function() http.get(url .. "/redirect") end,
    progress = function() http.get(url .. "/much", { progress = function() end }) end,
    into = function() http.get(url .. "/much", { into = "file" }) end,
    stream = function()
        local r <close> = http.get(url .. "/slow", { stream = true })
        r:read("l", "l")
    end,
    forgets = function() http.get(url .. "/slow", { stream = true }):read("l", "l") end,
    posts = function() http.post(url .. "/silent", large) end,
    pieces = function() http.post(url .. "/silent", function() plait.yield() return "x" end) end,
    waits = function() http.post(url .. "/silent", function() sleep(60) end) end,
    name = function() http.get("http://nowhere.invalid/") end,
    local_name = function() http.get(url:gsub("127.0.0.1", "localhost") .. "/silent") end,
    refused = function() http.get("http://127.0.0.1:1/") end,
    tls = function() http.get(url:gsub("http", "https")) end,
}
local names = {}
for name in pairs(operations) do names[#names + 1] = name end
table.sort(names)
local function cancel_one(f, moment)
    local task = async(f)
    for _ = 1, moment do plait.yield() end
    if moment > 4 then sleep(math.random() * 0.01) end
    task:cancel()
    local ok, err = pcall(await, task)
    assert(ok or plait.kind(err) == "cancelled", tostring(err))
end
print(http.get(url .. "/ok").body) --> ok
local before = files.count_open()
for moment = 1, ROUNDS do
    for _, name in ipairs(names) do cancel_one(operations[name], moment) end
end
collectgarbage()
collectgarbage()
-- Ours, and the other end in the server, which has to see it.
print(files.wait_for_open(before)) --> true
print(files.wait_for_names(".", "cancel.lua")) --> true
print(http.get(url .. "/ok").body) --> ok
-- Many at once, and all of them in a scope that fails.
print(pcall(plait.scope, function(s)
    for i = 1, 60 do s:async(operations[names[i % #names + 1]]) end
    sleep(0.02)
    error("no luck", 0)
end)) --> false	no luck
collectgarbage()
print(files.wait_for_open(before)) --> true
-- A strand that waits for its connection.
http.connections{ per_host = 1 }
local tasks = {}
for i = 1, 5 do tasks[i] = async(operations.slow) end
for _ = 1, 5 do plait.yield() end
for i = 5, 1, -1 do tasks[i]:cancel() pcall(await, tasks[i]) end
print(http.get(url .. "/ok", 5).body) --> ok
