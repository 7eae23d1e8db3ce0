-- What is no URL, cannot be reached, or is no answer: nil, a message with the URL, and a number. Nothing hangs, nothing stays open.
local servers, files = require "servers", require "files"
local http = plait.http
local function show(result, message, code)
    if result then return print(result.status, result.body ~= "" and result.body or "nothing") end
    print((message:gsub("127.0.0.1:%d+", "HOST")), code)
end
show(http.get("localhost")) --> localhost: is no URL: it does not begin with http:// or https://	22
show(http.get("")) --> : is no URL: it does not begin with http:// or https://	22
show(http.get("http://u:secret@a b/")) --> "http://a b/": is no URL: there is a blank or a control character in it	22
show(http.get("http://a/\r\nX: y")) --> "http://a/\13\
-->X: y": is no URL: there is a blank or a control character in it	22
show(http.get("ftp://u:secret@localhost/x?secret")) --> ftp://localhost/x: the protocol is neither http nor https	93
show(http.get("file:///etc/passwd")) --> file:///etc/passwd: the protocol is neither http nor https	93
show(http.get("http://")) --> http://: URL using bad/illegal format or missing URL	22
show(http.get("http://[::1/")) --> http://[::1/: URL using bad/illegal format or missing URL	22
show(http.get("http://localhost:99999/")) --> http://localhost:99999/: URL using bad/illegal format or missing URL	22
show(http.get("http://u:secret@127.0.0.1:1/a?secret#secret")) --> http://HOST/a: Connection refused	111
show(http.get("http://nowhere.invalid/")) --> http://nowhere.invalid/: Could not resolve host: nowhere.invalid	3008
show(http.get("http://x/", { unix = "/there/is/none" })) --> http://x/: No such file or directory	2
show(http.get("http://x/", { unix = ("x"):rep(200) })) --> http://x/: the path of the socket has more than 107 bytes	36
show(http.get("http://x/", { proxy = "http://u:secret@127.0.0.1:1" })) --> http://x/: Connection refused	111
show(http.get("http://x/", { proxy = "what://u:secret@127.0.0.1:1" })) --> http://x/: Unsupported proxy scheme for 'what://HOST'	71
local function answer(text, options)
    local server <close> = servers.saying(text)
    show(http.get(server.url, options))
end
answer("") --> http://HOST: Empty reply from server	104
answer("hello\r\n\r\n") --> http://HOST: Received HTTP/0.9 when not allowed	93
answer("HTTP/1.1 what\r\n\r\n") --> http://HOST: Unsupported HTTP version in response	93
answer("HTTP/9.9 200 OK\r\n\r\n") --> http://HOST: Unsupported HTTP version (9.9) in response	93
answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort") --> http://HOST: transfer closed with 5 bytes remaining to read	104
answer("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n") --> http://HOST: Invalid Content-Length: value	71
answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n") --> http://HOST: Illegal or missing hexadecimal sequence in chunked-encoding	71
answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab") --> http://HOST: transfer closed with outstanding read data remaining	104
answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain") --> http://HOST: Error while processing content unencoding: incorrect header check	71
answer("HTTP/1.1 200 OK\r\n") --> 200	nothing
answer("HTTP/1.1 200 OK\r\nX: " .. ("x"):rep(200000) .. "\r\n\r\n") --> http://HOST: a header is too long	27
answer("HTTP/1.1 200 OK\r\n" .. ("X: " .. ("x"):rep(90000) .. "\r\n"):rep(4) .. "\r\n") --> http://HOST: the headers are longer than 307200 bytes	27
answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345", { limit = 5 }) --> 200	12345
answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n123456", { limit = 5 }) --> http://HOST: the body is longer than 5 bytes	27
answer("HTTP/1.1 200 OK\r\n\r\n123456", { limit = 5, progress = true }) --> http://HOST: the body is longer than 5 bytes	27
answer("HTTP/1.1 302 Found\r\nLocation: ftp://u:secret@127.0.0.1/\r\nContent-Length: 0\r\n\r\n") --> http://HOST: Protocol "ftp" not supported or disabled in libcurl	93
answer("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n") --> http://HOST: Connection refused	111
answer("HTTP/1.1 307 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n") --> http://HOST: Maximum (20) redirects followed	40
answer("HTTP/1.1 307 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n", { follow = 2 }) --> http://HOST: Maximum (2) redirects followed	40
answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") --> 200	ok
answer("HTTP/1.1 200\r\nContent-Length: 2\r\nA\r\n\r\nok") --> http://HOST: Header without colon	71
local before = files.count_open()
for _ = 1, 3 do answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort") end
--> http://HOST: transfer closed with 5 bytes remaining to read	104
--> http://HOST: transfer closed with 5 bytes remaining to read	104
--> http://HOST: transfer closed with 5 bytes remaining to read	104
print(files.wait_for_open(before)) --> true
-- The same while it is read: what has come can be had, and then it fails.
local server <close> = servers.saying("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")
local r = http.get(server.url, { stream = true })
print(r:read(5)) --> short
show(r:read(5)) --> http://HOST: transfer closed with 5 bytes remaining to read	104
r:close()
