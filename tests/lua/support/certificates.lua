-- certificates.lua - certificates for the test, made by the program openssl in the folder of the test:
--
--     ca.pem       whom the tests trust
--     server.pem   of localhost and 127.0.0.1, by it; server.key
--     client.pem   of "client", by it; client.key
--     expired.pem  of localhost, no longer valid; server.key
--     self.pem     of localhost, signed by itself; self.key
--
-- Where there is no openssl the test is skipped.

local certificates = {}

local made, result = pcall(plait.exec, { "openssl", "version" })
if not made or result.code ~= 0 then os.exit(77) end

local function openssl(arguments)
    local command = { "openssl" }
    for word in arguments:gmatch("%S+") do command[#command + 1] = word end
    command.check = true
    plait.exec(command)
end

local key = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "
local function sign(request, days, extensions, out)
    assert(plait.fs.write("extensions", extensions))
    openssl("x509 -req -in " .. request .. " -CA ca.pem -CAkey ca.key -CAcreateserial -extfile extensions -days " .. days ..
        " -out " .. out)
end

openssl("req -x509 -subj /CN=tests -days 2 -out ca.pem" .. key .. "ca.key")
openssl("req -x509 -subj /CN=localhost -days 2 -addext subjectAltName=DNS:localhost -out self.pem" .. key .. "self.key")
openssl("req -subj /CN=localhost -out server.csr" .. key .. "server.key")
openssl("req -subj /CN=client -out client.csr" .. key .. "client.key")
local names = "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
sign("server.csr", 2, names, "server.pem")
sign("server.csr", -1, names, "expired.pem")
sign("client.csr", 2, "subjectAltName=DNS:client\n", "client.pem")

certificates.server = { cert = "server.pem", key = "server.key" }

-- Options with others in their place.
function certificates.with(options)
    for name, value in pairs(certificates.server) do if options[name] == nil then options[name] = value end end
    return options
end

-- A listener whose connections are served by serve(conn) each; errors of these are nobody's.
function certificates.listen(options, serve)
    local listener = assert(plait.net.listen("127.0.0.1:0", { tls = certificates.with(options) }))
    async(function()
        for conn in listener do
            async(function()
                local served <close> = conn
                pcall(serve, conn)
            end)
        end
    end)
    return listener, "localhost:" .. listener.port
end

return certificates
