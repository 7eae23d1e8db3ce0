-- Wrong arguments raise, before anything is asked for.
local http = plait.http
local function refused(f, ...)
    local ok, err = pcall(f, ...)
    print(plait.kind(err), (tostring(err):gsub("^%S+:%d+: ", "")))
end
local url = "http://127.0.0.1:1/"
refused(http.get) --> usage	http.get: url is nil, not a string
refused(http.get, url, { tiemout = 1 }) --> usage	http.get: there is no option 'tiemout'
refused(http.get, url, { timeout = -1 }) --> usage	http.get: timeout is -1 (a number), not a number of seconds
refused(http.get, url, "x") --> usage	http.get: options are "x" (a string), not a table or a number of seconds
refused(http.get, url, { method = "PUT" }) --> usage	http.get: url and method are not among its options
refused(http.get, url, { headers = { ["X:"] = "y" } }) --> usage	http.get: "X:" (a string) is not the name of a header
refused(http.get, url, { headers = { X = "y\r\nZ: 1" } }) --> usage	http.get: header 'X' has the end of a line in it
refused(http.get, url, { headers = { X = true } }) --> usage	http.get: header 'X' is true (a boolean), not a string
refused(http.get, url, { headers = "X" }) --> usage	http.get: headers are "X" (a string), not a table
refused(http.get, url, { follow = -1 }) --> usage	http.get: follow is -1 (a number), not true, false or a number of redirects
refused(http.get, url, { tls = { verfiy = false } }) --> usage	http.get: tls has no option 'verfiy'
refused(http.get, url, { tls = { verify = 0 } }) --> usage	http.get: tls.verify is 0 (a number), not a boolean
refused(http.get, url, { version = 3 }) --> usage	http.get: version is 3 (a number), not "1.0", "1.1" or "2"
refused(http.get, url, { limit = "x" }) --> usage	http.get: limit is "x" (a string), not a number of bytes
refused(http.get, url, { query = { 1 } }) --> usage	http.get: query has the field 1 (a number), not a name
refused(http.get, url, { query = { a = { {} } } }) --> usage	http.get: field 'a' of query is a table
refused(http.get, url, { stream = true, into = "x" }) --> usage	http.get: there are both stream and into
refused(http.get, url, { stream = true, progress = true }) --> usage	http.get: there are both stream and progress
refused(http.get, url, { progress = 1 }) --> usage	http.get: progress is 1 (a number), not true, a function or a table
refused(http.get, url, { auth = "x" }) --> usage	http.get: auth is "x" (a string), not a table
refused(http.get, url, { unix = "a\0b" }) --> usage	http.get: unix has a NUL byte
refused(http.get, url, { proxy = true }) --> usage	http.get: proxy is true (a boolean), not a string
refused(http.get, url, { connect_timeout = "x" }) --> usage	http.get: timeout is "x" (a string), not a number of seconds
refused(http.post, url, {}) --> usage	http.post: body is a table, not a string, a function, a stream or a file of plait.fs
refused(http.post, url, io.stdout) --> usage	http.post: body is an open file, not a string, a function, a stream or a file of plait.fs
refused(http.post, url, "x", { form = {} }) --> usage	http.post: there are both body and form
refused(http.head, url, { body = "x" }) --> usage	http.head: a HEAD request has no body
refused(http.get, url, { user_agent = "a\r\nX: y" }) --> usage	http.get: user_agent has the end of a line in it
local function sized(size, more) return { headers = { ["Content-Length"] = size, ["Transfer-Encoding"] = more } } end
refused(http.post, url, "four", sized(3)) --> usage	http.post: Content-Length is '3', and the body has another length
refused(http.post, url, "four", sized("+4")) --> usage	http.post: Content-Length is '+4', and the body has another length
refused(http.get, url, sized(1)) --> usage	http.get: Content-Length is '1', and the body has another length
refused(http.post, url, "four", sized(4, "chunked")) --> usage	http.post: there are both Content-Length and Transfer-Encoding
print(select(3, http.post(url, "four", sized(4)))) --> 111
refused(http.request, url) --> usage	http.request: argument 1 is "http://127.0.0.1:1/" (a string), not a table; write http.request{url = "http://..."}
refused(http.request, { url = url, method = "GET /" }) --> usage	http.request: method is "GET /" (a string), not a word such as "GET"
refused(http.connections, 5) --> usage	http.connections: argument 1 is 5 (a number), not a table
refused(http.connections, { idel = 5 }) --> usage	http.connections: there is no bound 'idel'
refused(http.connections, { idle = -5 }) --> usage	http.connections: idle is -5 (a number), not a number of connections
