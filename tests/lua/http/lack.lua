-- No descriptors left: requests say so, and when there are some again all is well.
local servers, files = require "servers", require "files"
local http, fs = plait.http, plait.fs
local server <close> = servers.raw(function(conn)
    servers.read_head(conn)
    conn:write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
end)
print(http.get(server.url).body) --> ok
local before = files.count_open()
local taken = {}
while true do
    local file = io.open("/dev/null")
    if not file then break end
    taken[#taken + 1] = file
end
local r, message, code = http.get(server.url, 10)
for _, file in ipairs(taken) do file:close() end
print(r, message:match(": (%D*)$"), code) --> nil	Too many open files	24
print(http.get(server.url).body, files.wait_for_open(before)) --> ok	true
