-- servers.lua - web servers for tests: nginx, and ones that answer what they are told.

local fs, net = plait.fs, plait.net
local servers = {}

local function has(program)
    return plait.exec{ "sh", "-c", "command -v " .. program .. " >/dev/null" }.code == 0
end

-- Ends the test as skipped if one of the programs is missing.
function servers.need(...)
    for _, program in ipairs{ ... } do
        if not has(program) then os.exit(77) end
    end
end

-- A port that nobody has; somebody else may take it.
function servers.free_port()
    local listener <close> = assert(net.listen("127.0.0.1:0"))
    return listener.port
end

-- A key and a certificate for `name` in the folder, which is its own authority: two paths.
function servers.certificate(folder, name)
    local key, cert = folder .. "/key.pem", folder .. "/cert.pem"
    plait.exec{ "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=" .. name, "-addext", "subjectAltName=DNS:" .. name,
        check = true }
    return key, cert
end

local NGINX = [[
daemon off; master_process off; worker_processes 1; user root; pid FOLDER/nginx.pid; error_log FOLDER/error.log;
events { worker_connections 512; }
http {
    access_log off; default_type text/plain; client_max_body_size 100m; types { text/plain txt; }
    client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/fastcgi;
    uwsgi_temp_path FOLDER/uwsgi; scgi_temp_path FOLDER/scgi; gzip on; gzip_types text/plain; gzip_min_length 1;
    server {
        listen 127.0.0.1:PORT; TLS
        root FOLDER/www;
        location = /method { return 200 "$request_method $request_uri|$http_x_test"; }
        location = /connection { return 200 "$connection"; }
        location = /agent { return 200 "$http_user_agent|$http_accept_encoding"; }
        location = /auth { return 200 "$http_authorization"; }
        location = /twice { add_header Set-Cookie "a=1"; add_header Set-Cookie "b=2"; return 200 ""; }
        location = /here { return 302 /method; }
        location = /see { return 303 /method; }
        location = /keep { return 307 /method; }
        location = /round { return 302 /round; }
        location = /away { return 302 $arg_to; }
        location /up/ { dav_methods PUT; create_full_put_path on; }
        location = /teapot { return 418 "short\n"; }
    }
}
]]

-- Starts it, with what is in folder/www; a table to be closed with `url`, `port` and `folder`. tls: {key, cert}.
function servers.nginx(folder, tls)
    local program = has("nginx") and "nginx" or "/usr/sbin/nginx"
    servers.need(program)
    if not fs.exists(folder .. "/www") then assert(fs.mkdir(folder .. "/www")) end
    local watch <close> = assert(fs.watch(folder))
    local port = servers.free_port()
    local text = NGINX:gsub("FOLDER", folder):gsub("PORT", port .. (tls and " ssl http2" or "")):gsub("TLS",
        tls and ("ssl_certificate_key %s; ssl_certificate %s;"):format(tls[1], tls[2]) or "")
    assert(fs.write(folder .. "/nginx.conf", text))
    local process = spawn_process{ program, "-c", folder .. "/nginx.conf", stderr = folder .. "/start.log" }
    for event in watch do
        if event.path:find("nginx.pid", 1, true) and event.kind == "written" then break end
        if event.path:find("start.log", 1, true) and process:done() then error(fs.read(folder .. "/start.log")) end
    end
    return setmetatable({ port = port, folder = folder, url = ("http%s://localhost:%d"):format(tls and "s" or "", port) },
        { __close = function() pcall(await, process:kill()) end })
end

-- Reads the head of a request.
function servers.read_head(conn) return conn:read_until("\r\n\r\n") end

-- Calls serve(conn) in a task for each connection; a table to be closed with `url`, `port` and `count`, of connections.
function servers.raw(serve)
    local listener = assert(net.listen("127.0.0.1:0"))
    local self, tasks = { port = listener.port, url = "http://127.0.0.1:" .. listener.port, count = 0 }, {}
    local acceptor = async(function()
        for conn in listener do
            self.count = self.count + 1
            tasks[#tasks + 1] = async(function()
                local open <close> = conn
                return serve(open)
            end)
        end
    end)
    return setmetatable(self, { __close = function()
        listener:close()
        await(acceptor)
        for _, task in ipairs(tasks) do task:cancel() pcall(await, task) end
    end })
end

-- One that says these bytes to whoever asks, and closes.
function servers.saying(text)
    return servers.raw(function(conn)
        servers.read_head(conn)
        conn:write(text)
    end)
end

return servers
