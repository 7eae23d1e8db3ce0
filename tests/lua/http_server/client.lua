-- plait's own client, and what goes on after a request: both sides in one state.
local http = plait.http
local handlers = {}
local server <close> = assert(http.serve("localhost:0", function(request) return handlers[request.path](request) end))
local url = server.url:sub(1, -2)
handlers["/hello"] = function() return "hello" end
handlers["/echo"] = function(request) return { status = 201, headers = { ["X-Type"] = request.headers["content-type"] }, body = request:body() } end
handlers["/upper"] = function(request)
    return { body = function()
        local piece, message = request:read(1000)
        return piece and piece:upper(), message
    end }
end
handlers["/gone"] = function() return { status = 302, headers = { Location = "/hello" } } end
local r = assert(http.get(url .. "/hello"))
print(r.status, r.body, r.headers["Content-Type"]) --> 200	hello	text/plain; charset=utf-8
r = assert(http.post(url .. "/echo", "text", { headers = { ["Content-Type"] = "a/b" } }))
print(r.status, r.body, r.headers["x-type"]) --> 201	text	a/b
print(http.get(url .. "/gone").body) --> hello
local count = 0
r = assert(http.post(url .. "/upper", function()
    count = count + 1
    plait.yield()
    return count <= 1000 and ("piece %4d\n"):format(count) or nil
end))
print(#r.body, r.body:sub(-11, -2)) --> 11000	PIECE 1000
-- Many at once.
local tasks = {}
for i = 1, 200 do tasks[i] = async(http.post, url .. "/echo", ("x"):rep(i * 100)) end
local right = 0
for i, response in ipairs(gather(tasks)) do
    if response.body == ("x"):rep(i * 100) then right = right + 1 end
end
print(right, server.requests >= 204) --> 200	true
-- A request that is given up cancels its handler.
local said = plait.Channel(1)
handlers["/wait"] = function()
    local mark <close> = setmetatable({}, { __close = function(_, err) said:send(tostring(err)) end })
    sleep(60)
end
print(select(2, http.get(url .. "/wait", 0.05)), said:recv()) --> timeout	cancelled: the client has gone
