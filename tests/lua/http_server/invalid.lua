-- What is no request is answered, and ends the connection; the server goes on.
local web = require "web"
local server <close> = assert(plait.http.serve("localhost:0", function(request) return request:body() end))
local function try(text, half)
    local conn <close> = web.open(server, text)
    if half then conn:shutdown() end
    local answer = web.answer(conn)
    print(answer and answer.status, answer and answer.headers.connection, conn:read(1))
end
local host = "Host: t\r\n"
try("nonsense\r\n\r\n") --> 400	close	nil
try("\x16\x03\x01\x02\x00\x01\x00") --> 400	close	nil
try("GET\r\n\r\n") --> 400	close	nil
try("get / HTTP/1.1\r\n" .. host .. "\r\n") --> 400	close	nil
try("GET / HTTP/1.1\r\n\r\n") --> 400	close	nil
try("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") --> 400	close	nil
try("GET / HTTP/1.1\r\n" .. host .. "X y: z\r\n\r\n") --> 400	close	nil
try("GET / HTTP/1.1\r\n" .. host .. "X : z\r\n\r\n") --> 400	close	nil
try("GET / HTTP/1.1\r\n" .. host .. "X: a\0b\r\n\r\n") --> 400	close	nil
try("GET / HTTP/1.1\r\n" .. host .. "no colon\r\n\r\n") --> 400	close	nil
try("GET /\0 HTTP/1.1\r\n" .. host .. "\r\n") --> 400	close	nil
try("GET /a\tb HTTP/1.1\r\n" .. host .. "\r\n") --> 400	close	nil
try("GET / HTTP/2.0\r\n" .. host .. "\r\n") --> 505	close	nil
try("GET / HTTP/9.9\r\n" .. host .. "\r\n") --> 505	close	nil
try("POST / HTTP/1.1\r\n" .. host .. "Content-Length: x\r\n\r\n") --> 400	close	nil
try("POST / HTTP/1.1\r\n" .. host .. "Content-Length: -1\r\n\r\n") --> 400	close	nil
try("POST / HTTP/1.1\r\n" .. host .. "Content-Length: 99999999999999999999999\r\n\r\n") --> 400	close	nil
try("POST / HTTP/1.1\r\n" .. host .. "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab") --> 400	close	nil
try("POST / HTTP/1.1\r\n" .. host .. "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") --> 400	close	nil
try("POST / HTTP/1.1\r\n" .. host .. "Transfer-Encoding: gzip\r\n\r\n") --> 501	close	nil
try("POST / HTTP/1.1\r\n" .. host .. "Transfer-Encoding: chunked, gzip\r\n\r\n") --> 501	close	nil
try("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") --> 400	close	nil
try("POST / HTTP/1.1\r\n" .. host .. "Transfer-Encoding: chunked\r\n\r\nxyz\r\n") --> 400	close	nil
for _, rest in ipairs{ "5\rXhello\r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n", "5\r\nhello\rX0\r\n\r\n", "5\nhello\r\n0\r\n\r\n" } do
    try("POST / HTTP/1.1\r\n" .. host .. "Transfer-Encoding: chunked\r\n\r\n" .. rest)
end
--> 400	close	nil
--> 400	close	nil
--> 400	close	nil
--> 400	close	nil
try("GET / HTTP/1.1\r\n" .. host .. "\rX") --> 400	close	nil
-- A line that ends with LF alone, or goes on in the next one, is not read alike by everybody, nor is a coding that is not ours.
for _, field in ipairs{ "X: a\nY: b\r\n", "X: a\rY: b\r\n", "X: a\r\n b\r\n", "X:\r\n\tb\r\n" } do
    try("GET / HTTP/1.1\r\n" .. host .. field .. "\r\n")
end
--> 400	close	nil
--> 400	close	nil
--> 400	close	nil
--> 400	close	nil
try("GET / HTTP/1.1\n" .. host .. "\r\n") --> 400	close	nil
try("GET / HTTP/1.1\r\n" .. host .. "\n") --> 400	close	nil
for _, codings in ipairs{ "gzip, chunked", "identity\r\nTransfer-Encoding: chunked", "chunked\r\nTransfer-Encoding: chunked" } do
    try("POST / HTTP/1.1\r\n" .. host .. "Transfer-Encoding: " .. codings .. "\r\n\r\n0\r\n\r\n")
end
--> 501	close	nil
--> 501	close	nil
--> 501	close	nil
for _, rest in ipairs{ "3;a\nabc\r\n0\r\n\r\n", "0\r\nX: y\n\r\n", "0\r\nX: y\r\n z\r\n\r\n", "0\r\n\rX" } do
    try("POST / HTTP/1.1\r\n" .. host .. "Transfer-Encoding: chunked\r\n\r\n" .. rest)
end
--> 400	close	nil
--> 400	close	nil
--> 400	close	nil
--> 400	close	nil
-- However it is cut; and what a body has is nobody's line.
do
    local function by_bytes(text)
        local conn <close> = web.open(server)
        for i = 1, #text do conn:write(text:sub(i, i)) end
        local answer = web.answer(conn)
        return answer.status, answer.body
    end
    local chunked = "POST / HTTP/1.1\r\n" .. host .. "Transfer-Encoding: Chunked\r\n\r\n"
    print((by_bytes("GET / HTTP/1.1\r\n" .. host .. "X: a\n\r\n"))) --> 400
    print(by_bytes(chunked .. "5;x\r\n\na\rb \r\n0\r\nX: y\r\n\r\n") == 200) --> true
    local conn <close> = web.open(server, "\r\n" .. web.request("POST", "/", nil, "a\r") .. web.request("GET", "/"))
    print(web.answer(conn).body == "a\r", web.answer(conn).status) --> true	200
end
-- Behind one that was right, too.
do
    local conn <close> = web.open(server, web.request("GET", "/") .. "nonsense\r\n\r\n")
    print(web.answer(conn).status, web.answer(conn).status, conn:read(1)) --> 200	400	nil
end
-- Half of one.
try("GET / HT", true) --> nil	nil	nil
try("", true) --> nil	nil	nil
try("POST / HTTP/1.1\r\n" .. host .. "Content-Length: 3\r\n\r\na", true) --> nil	nil	nil
print(web.ask(server, "GET", "/").status, server.connections <= 1) --> 200	true
