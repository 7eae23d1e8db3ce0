-- web.lua - a client that sends what it is told to, byte for byte, and takes answers apart.

local net = plait.net
local web = {}

-- A connection to the server, on which the text was sent.
function web.open(server, text)
    local conn = assert(net.connect(server.address, { timeout = 60 }))
    if text then conn:write(text) end
    return conn
end

-- The text of a request; `headers` is a list of lines.
function web.request(method, target, headers, body)
    local lines = { method .. " " .. target .. " HTTP/1.1", "Host: test" }
    table.move(headers or {}, 1, #(headers or {}), 3, lines)
    if body then lines[#lines + 1] = "Content-Length: " .. #body end
    return table.concat(lines, "\r\n") .. "\r\n\r\n" .. (body or "")
end

-- The pieces of a chunked body, in a list; nil: it was cut.
local function read_chunks(conn)
    local pieces = {}
    while true do
        local line = conn:read_until("\r\n")
        local size = line and tonumber(line, 16)
        if not size then return nil end
        if size > 0 then pieces[#pieces + 1] = conn:read(size) end
        if conn:read_until("\r\n") ~= "" then return nil end
        if size == 0 then return pieces end
    end
end

-- The next answer: {status =, headers =, body =, pieces =}; nil: the connection ended instead. `is_head`: of a HEAD.
function web.answer(conn, is_head)
    local line = conn:read_until("\r\n")
    if not line or line == "" then return nil end
    local answer = { version = line:match("^HTTP/(%S+)"), status = tonumber(line:match("^HTTP/%S+ (%d+)")), headers = {} }
    for field in function() return conn:read_until("\r\n") end do
        if field == "" then break end
        local name, value = field:match("^([^:]+): (.*)$")
        name = name:lower()
        answer.headers[name] = answer.headers[name] and answer.headers[name] .. " | " .. value or value
    end
    local size = tonumber(answer.headers["content-length"])
    if is_head or answer.status == 204 or answer.status == 304 or answer.status == 100 then return answer end
    if answer.headers["transfer-encoding"] == "chunked" then
        answer.pieces = read_chunks(conn)
        answer.body = answer.pieces and table.concat(answer.pieces)
    elseif size then
        answer.body = size == 0 and "" or conn:read(size)
    else
        answer.body = conn:read("a")
    end
    return answer
end

-- One request on a connection of its own.
function web.ask(server, method, target, headers, body)
    local conn <close> = web.open(server, web.request(method, target, headers, body))
    return web.answer(conn, method == "HEAD")
end

-- The answer to bytes as they are, and whether the connection ended after it.
function web.raw(server, text)
    local conn <close> = web.open(server, text)
    local answer = web.answer(conn)
    return answer and answer.status, answer and answer.body, conn:read(1) == nil
end

return web
