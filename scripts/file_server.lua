-- Serves the files of a folder by HTTP: types, parts, what a client has already, and nothing outside of the folder.
--
--     plait scripts/file_server.lua public localhost:8080     serves until Ctrl-C, and prints a line for each request
--
-- Without a folder it makes one, and is its own client.

local fs, http = plait.fs, plait.http

-- A handler around another one: tells of each request when it is answered.
local function logged(handler, log)
    return function(request)
        local answer = handler(request)
        local status = answer == nil and 404 or answer.status or 200
        log(("%s %s %d"):format(request.method, request.target, status))
        return answer
    end
end

if arg and arg[1] then
    local server = assert(http.serve(arg[2] or "localhost:8080", logged(http.files(arg[1]), print)))
    print("serving " .. arg[1] .. " at " .. server.url)
    server:wait()
    return
end

local folder <close> = assert(fs.temp_folder())
assert(fs.mkdir(folder.path .. "/docs"))
assert(fs.write(folder.path .. "/index.html", "<p>Hello.</p>"))
assert(fs.write(folder.path .. "/docs/numbers.txt", "0123456789"))
assert(fs.write(folder.path .. "/.secret", "not for you"))

local lines = {}
local server <close> = assert(http.serve("localhost:0",
    logged(http.files(folder.path), function(line) lines[#lines + 1] = line end)))

local function show(target, headers)
    local response = assert(http.request{ url = server.url .. target, headers = headers })
    print(target, response.status, response.headers["content-type"], response.body:match("[^\n]*"))
    return response
end

show("")
local whole = show("docs/numbers.txt")
show("docs/numbers.txt", { Range = "bytes=3-5" })
show("docs/numbers.txt", { ["If-None-Match"] = whole.headers.etag })
show(".secret")
show("docs/%2e%2e/%2e%2e/etc/passwd")
show("nothing")

-- Many at once, as browsers do.
local tasks = {}
for i = 1, 100 do tasks[i] = async(http.get, server.url .. "docs/numbers.txt") end
local right = 0
for _, task in ipairs(tasks) do
    local response = await(task)
    if response and response.body == "0123456789" then right = right + 1 end
end
print(right .. " of 100 at once")
server:close()
print(#lines .. " requests, the last one: " .. lines[#lines])
