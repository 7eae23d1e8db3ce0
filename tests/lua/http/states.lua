-- Each state has connections of its own, and ends whatever is under way.
local servers, files = require "servers", require "files"
local http = plait.http
local server <close> = servers.raw(function(conn)
    while true do
        local head = servers.read_head(conn)
        if not head then return end
        if head:find("/slow", 1, true) then conn:read("a") end
        conn:write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nX-A: 2\r\n\r\nok")
    end
end)
local url = server.url
print(http.get(url).body, http.get(url).body, server.count) --> ok	ok	1
-- A response travels.
local function get(address) return plait.http.get(address) end
for _, start in ipairs{ spawn_thread, spawn_process } do
    local r = await(start(get, url))
    print(r.status, r.body, r.headers["X-A"], #r.header_list, server.count)
end
--> 200	ok	1, 2	3	2
--> 200	ok	1, 2	3	3
-- Many strands: as many connections as are needed, or as are allowed.
local tasks = {}
for i = 1, 20 do tasks[i] = async(get, url) end
for _, r in ipairs(gather(tasks)) do assert(r.body == "ok") end
print(server.count <= 23) --> true
http.connections{ per_host = 2, idle = 2 }
local before = server.count
for i = 1, 20 do tasks[i] = async(get, url) end
for _, r in ipairs(gather(tasks)) do assert(r.body == "ok") end
print(server.count - before <= 2) --> true
-- Threads and processes that end in the middle.
local function leave(address, how)
    local task = async(plait.http.get, address .. "/slow")
    local stream = async(plait.http.get, address .. "/slow", { stream = true })
    plait.http.get(address)
    if how == "exit" then os.exit(3) end
    if how == "error" then error("done", 0) end
    task:cancel()
    stream:cancel()
    return how
end
print(await(spawn_thread(leave, url, "return")), await(spawn_process(leave, url, "return"))) --> return	return
print(pcall(await, spawn_thread(leave, url, "error"))) --> false	done
local p = spawn_process(leave, url, "exit")
pcall(await, p)
print(p.exitcode) --> 3
local t = spawn_thread(get, url .. "/slow")
t:cancel()
print(plait.kind(select(2, pcall(await, t)))) --> cancelled
-- A program that ends so does it without a word.
assert(plait.fs.write("child.lua", [[
local url, how = ...
local http = plait.http
for i = 1, 3 do async(http.get, url .. "/slow") end
kept = http.get(url, { stream = true })
http.get(url)
if how == "exit" then os.exit(4, true) elseif how == "fast" then os.exit(5) end
error("told")
]]))
for _, how in ipairs{ "exit", "fast", "error" } do
    local r = plait.exec{ arg[-1], "child.lua", url, how }
    print(r.code, r.stdout, #r.stderr:gsub("[^\n]*child.lua:7: told.*", ""))
end
--> 4		0
--> 5		0
--> 1		0
