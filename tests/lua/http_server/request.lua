-- What a handler is told of a request.
local web = require "web"
local seen
local server <close> = assert(plait.http.serve("localhost:0", function(request)
    seen = request
    return request.path
end))
web.ask(server, "DELETE", "/a%20b/%C3%A4%zz+?x=1&y=a%26b+c&x=2&flag&=&e=", { "X-One: 1", "x-two:  2  ", "X-One: 3", "Cookie: a", "Cookie: b" })
print(seen.method, seen.path, seen.version) --> DELETE	/a b/ä%zz+	1.1
print(seen.target) --> /a%20b/%C3%A4%zz+?x=1&y=a%26b+c&x=2&flag&=&e=
print(seen.query.x, seen.query.y, seen.query.flag, seen.query.flag == seen.query.e, seen.query.none) --> 2	a&b c		true	nil
print(table.concat(seen.queries.x, " "), seen.queries.none) --> 1 2	nil
print(seen.headers["x-one"], seen.headers["X-ONE"], seen.headers["X-Two"], seen.headers.cookie, seen.headers.none) --> 1, 3	1, 3	2	a; b	nil
print(seen.headers.HOST, #seen:body(), seen:read("l")) --> test	0	nil
print(seen.peer:find("^[%[%]:.%x]+:%d+$") ~= nil) --> true
print(tostring(seen)) --> request (DELETE /a%20b/%C3%A4%zz+?x=1&y=a%26b+c&x=2&flag&=&e=)
web.ask(server, "GET", "http://example.org:80/whole?a=b")
print(seen.path, seen.query.a) --> /whole	b
web.ask(server, "GET", "http://example.org")
print(seen.path) --> /
web.ask(server, "OPTIONS", "*")
print(seen.method, seen.path) --> OPTIONS	*
web.ask(server, "GET", "/no?")
print(seen.path, next(seen.query)) --> /no	nil
for _, text in ipairs{ "GET / HTTP/1.0\r\n\r\n", "\r\n\r\nPURGE /x HTTP/1.1\r\nHost:\r\nX-Empty:\r\n\r\n" } do
    local conn <close> = web.open(server, text)
    web.answer(conn)
    print(seen.method, seen.version, seen.headers["x-empty"] == "")
end
--> GET	1.0	false
--> PURGE	1.1	true
