-- http_server_answer.lua - sends what a handler has returned.
--
--     answer.send(conn, request, result)           -- raises what is wrong with the result
--     answer.plain(conn, request, 500, "...")      -- a status and a line of text
--
-- The first piece of a body goes out together with the head, so a body that fails at once is still answered by a 500. What a
-- client does not take in time, or cannot take any more because it has gone, ends the connection; nobody is told of that.

local headers = require "plait.http_headers"
local internal = require "plait.internal"
local plait = require "plait"
local stream = require "plait.stream"

local raw = internal.stream()
local answer = {}

local PIECE = 1 << 18 -- of one write, which has to be taken in time
local READ = 1 << 16

local reasons = {
    [100] = "Continue", [200] = "OK", [201] = "Created", [202] = "Accepted", [203] = "Non-Authoritative Information",
    [204] = "No Content", [205] = "Reset Content", [206] = "Partial Content", [300] = "Multiple Choices",
    [301] = "Moved Permanently", [302] = "Found", [303] = "See Other", [304] = "Not Modified", [307] = "Temporary Redirect",
    [308] = "Permanent Redirect", [400] = "Bad Request", [401] = "Unauthorized", [402] = "Payment Required",
    [403] = "Forbidden", [404] = "Not Found", [405] = "Method Not Allowed", [406] = "Not Acceptable",
    [408] = "Request Timeout", [409] = "Conflict", [410] = "Gone", [411] = "Length Required", [412] = "Precondition Failed",
    [413] = "Content Too Large", [414] = "URI Too Long", [415] = "Unsupported Media Type", [416] = "Range Not Satisfiable",
    [417] = "Expectation Failed", [418] = "I'm a Teapot", [422] = "Unprocessable Content", [423] = "Locked",
    [425] = "Too Early", [426] = "Upgrade Required", [428] = "Precondition Required", [429] = "Too Many Requests",
    [431] = "Request Header Fields Too Large", [451] = "Unavailable For Legal Reasons", [500] = "Internal Server Error",
    [501] = "Not Implemented", [502] = "Bad Gateway", [503] = "Service Unavailable", [504] = "Gateway Timeout",
    [505] = "HTTP Version Not Supported", [507] = "Insufficient Storage",
}

------------------------------------------------------------------------------------------------------------------ date

local days = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" }
local months = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }

-- A time, in seconds since 1970, as HTTP writes it; whatever the locale is.
function answer.date(time)
    local d = os.date("!*t", time)
    return ("%s, %02d %s %04d %02d:%02d:%02d GMT"):format(days[d.wday], d.day, months[d.month], d.year, d.hour, d.min,
        d.sec)
end

local date_time, date_line
local text_heads -- of answers with a text, by its size; as long as the date is right

local function date()
    local now = os.time()
    if now ~= date_time then
        date_time, date_line, text_heads = now, "Date: " .. answer.date(now) .. "\r\n", {}
    end
    return date_line
end

------------------------------------------------------------------------------------------------------------------ send

-- Writes all of it; false: the connection is of no use any more.
local function write(conn, text)
    local handle, seconds = conn.raw, conn.options.send_timeout
    if #text <= PIECE then
        if raw.write(handle, text, seconds) then return true end
        conn.is_broken = true
        return false
    end
    for i = 1, #text, PIECE do
        if not write(conn, text:sub(i, i + PIECE - 1)) then return false end
    end
    return true
end

answer.write = write

-- Whether the connection goes on after this answer.
local function goes_on(conn, request)
    return request.keeps_alive and request.is_complete and not conn.server.is_closing
end

local status_lines = setmetatable({}, { __index = function(lines, status)
    local line = ("HTTP/1.1 %d %s\r\n"):format(status, reasons[status] or "Status")
    lines[status] = line
    return line
end })

-- The head up to the fields of the answer itself. From now on the handler cannot be answered otherwise.
local function begin(conn, request, status)
    request.is_answered = true
    if not goes_on(conn, request) then
        conn.closes = true
        return status_lines[status] .. date() .. "Connection: close\r\n"
    end
    if request.version == "1.0" then return status_lines[status] .. date() .. "Connection: keep-alive\r\n" end
    return status_lines[status] .. date()
end

local function text_head(conn, request, status, size)
    return begin(conn, request, status) .. "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " .. size .. "\r\n\r\n"
end

-- The usual answer.
local function send_text(conn, request, text)
    local size, head = #text, nil
    if goes_on(conn, request) and request.version ~= "1.0" then
        date()
        head = text_heads[size] or text_head(conn, request, 200, size)
        text_heads[size], request.is_answered = head, true
    else
        head = text_head(conn, request, 200, size)
    end
    if request.method == "HEAD" then return write(conn, head) end
    if size <= PIECE then return write(conn, head .. text) end
    return write(conn, head) and write(conn, text)
end

function answer.plain(conn, request, status, text)
    local head = text_head(conn, request, status, #text)
    return write(conn, head .. (request.method == "HEAD" and "" or text))
end

-- A status, with its name as the text.
function answer.status(conn, request, status)
    return answer.plain(conn, request, status, (reasons[status] or tostring(status)) .. "\n")
end

---------------------------------------------------------------------------------------------------------------- bodies

-- For each body: a function that returns its next piece, nil at the end, and raises; and one that closes it.

local function nothing() end

local function from_function(f)
    return function()
        local piece, message = f()
        if type(piece) == "string" then return piece end
        if piece ~= nil then
            stream.usage("http.serve: the function of a body returned %s, not a string or nil", internal.describe(piece))
        end
        if message ~= nil then error(message, 0) end
        return nil
    end, nothing
end

-- What is there is sent, however little it is.
local function from_reader(object)
    local reader = object.reader
    return function()
        if reader.size > 0 then return object:read(reader.size) end
        local piece, message = reader:refill(READ)
        if not piece then error(message, 0) end
        if piece ~= "" then return piece end
        return nil
    end, function() object:close() end
end

-- `size` bytes of an open file.
local function from_file(file, size)
    return function()
        if size == 0 then return nil end
        local piece, message = file:read(math.min(size, PIECE))
        if message then error(message, 0) end
        if not piece then return nil end -- it is shorter now
        size = size - #piece
        return piece
    end, function() file:close() end
end

local function is_reader(body) return type(body) == "table" and type(body.reader) == "table" and body.reader.refill end

local function pieces_of(body)
    if internal.is_callable(body) and not is_reader(body) then return from_function(body) end
    if is_reader(body) then return from_reader(body) end
    stream.usage("http.serve: the body of an answer is %s, not a string, a function, a stream or a file",
        internal.describe(body))
end

-- Closes what a body is made of, however sending it ends.
local Closer = { __close = function(self) self.close() end }

local function frame(piece) return ("%x\r\n%s\r\n"):format(#piece, piece) end

-- Sends the pieces behind the head. `size`: of all of them; nil: not known.
local function send_pieces(conn, request, head, next_piece, size, is_empty)
    local chunks = not size and request.version ~= "1.0" -- else its end is that of the connection
    if size then head = head .. "Content-Length: " .. size .. "\r\n" end
    if chunks then head = head .. "Transfer-Encoding: chunked\r\n" end
    if is_empty then return write(conn, head .. "\r\n") end
    local sent, text = 0, head .. "\r\n"
    local piece = request.first
    while piece do
        sent = sent + #piece
        if size and sent > size then break end
        if piece ~= "" then
            if not write(conn, text .. (chunks and frame(piece) or piece)) then return false end
            text = ""
        end
        piece = next_piece()
    end
    if size and sent ~= size then
        conn.is_broken = true
        error(("http.serve: the body has %s than the %d bytes of its Content-Length"):format(
            sent > size and "more" or "less", size), 0)
    end
    if chunks then text = text .. "0\r\n\r\n" end
    return text == "" or write(conn, text)
end

---------------------------------------------------------------------------------------------------------------- tables

local fields = { status = true, headers = true, body = true, file = true, types = true }
local own = { ["transfer-encoding"] = true, date = true }

local function check(result)
    for name in next, result do
        if not fields[name] then
            stream.usage("http.serve: an answer has no field '%s'; there are 'status', 'headers', 'body' and 'file'",
                tostring(name))
        end
    end
    local status = result.status
    if status ~= nil and (math.type(status) ~= "integer" or status < 200 or status > 999) then
        stream.usage("http.serve: status is %s, not a number from 200 to 999", internal.describe(status))
    end
    if result.body ~= nil and result.file ~= nil then stream.usage("http.serve: an answer has a body or a file, not both") end
end

-- Lines of the headers, and what the server has to know of them.
local function read_headers(given)
    local lines, known = headers.lines("http.serve", given), {}
    for i = #lines, 1, -1 do
        local name, value = lines[i]:match("^([^:]+): (.*)$")
        if own[name:lower()] then stream.usage("http.serve: the server sets the header '%s' itself", name) end
        name = name:lower()
        if name == "connection" or name == "content-length" then table.remove(lines, i) end
        known[name] = value
    end
    local size = known["content-length"]
    if size and not size:find("^%d+$") then stream.usage("http.serve: Content-Length is '%s'", size) end
    return lines, known
end

local function has_no_body(status) return status == 204 or status == 304 end

-- An answer of these parts. `size`: of the body, if it is known without its being read.
local function send(conn, request, status, given, body, close_body, size)
    local closer <close> = setmetatable({ close = close_body or nothing }, Closer)
    local lines, known = read_headers(given)
    if known.connection and known.connection:lower():find("close", 1, true) then request.keeps_alive = false end
    local is_text = type(body) == "string" or body == nil
    local is_empty = request.method == "HEAD" or has_no_body(status)
    if not is_text and not is_empty then request.first = body() or "" end
    if not size then size = known["content-length"] and tonumber(known["content-length"]) end
    if is_text and not (size and is_empty) then size = #(body or "") end
    if not size and not is_text and request.version == "1.0" then request.keeps_alive = false end
    local head = begin(conn, request, status)
    if not known["content-type"] and is_text and body then
        head = head .. "Content-Type: text/plain; charset=utf-8\r\n"
    end
    if #lines > 0 then head = head .. table.concat(lines, "\r\n") .. "\r\n" end
    if has_no_body(status) then return write(conn, head .. "\r\n") end
    if not is_text then return send_pieces(conn, request, head, body, size, is_empty) end
    head = head .. "Content-Length: " .. size .. "\r\n\r\n"
    if is_empty or not body then return write(conn, head) end
    if #body <= PIECE then return write(conn, head .. body) end
    return write(conn, head) and write(conn, body)
end

local function send_table(conn, request, result)
    check(result)
    local status, body = result.status, result.body
    if result.file ~= nil then return require("plait.http_server_files").send(conn, request, result) end
    if body == nil or type(body) == "string" then return send(conn, request, status or 200, result.headers, body) end
    local next_piece, close = pieces_of(body)
    return send(conn, request, status or 200, result.headers, next_piece, close)
end

-- An open file from its position on, `size` bytes; it is closed.
function answer.file(conn, request, status, given, file, size)
    local next_piece, close = from_file(file, size)
    return send(conn, request, status, given, next_piece, close, size)
end

answer.parts = send

function answer.send(conn, request, result)
    if request.refusal then return answer.status(conn, request, request.refusal) end
    if type(result) == "string" then return send_text(conn, request, result) end
    if result == nil then return answer.status(conn, request, 404) end
    if type(result) == "table" then return send_table(conn, request, result) end
    stream.usage("http.serve: the handler returned %s, not a string, a table or nil", internal.describe(result))
end

return answer
