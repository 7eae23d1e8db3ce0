-- Whom one talks to is checked unless one says otherwise, and messages say what is wrong.
local certificates = require "certificates"
local net = plait.net
local function echo(conn) for line in conn:lines("L") do conn:write(line) end end

local function show(conn, message, code)
    if not conn then return print((message:gsub(":%d+:", ":PORT:")), code) end
    conn:write("hello\n")
    print(conn:read())
    conn:close()
end

local function try(address, tls) show(net.connect(address, { tls = tls })) end

local good <close>, where = certificates.listen({}, echo)
try(where, { ca = "ca.pem" }) --> hello
try(where, true) --> localhost:PORT: certificate verify failed: unable to get local issuer certificate	71
try(where, { verify = false }) --> hello
try(where, { ca = "server.pem" }) --> hello
try(where, { ca = "self.pem" }) --> localhost:PORT: certificate verify failed: unable to get local issuer certificate	71
try(where, { ca = "ca.pem", server_name = "example.org" }) --> localhost:PORT: certificate verify failed: hostname mismatch	71
try(where, { ca = "ca.pem", server_name = "127.0.0.2" }) --> localhost:PORT: certificate verify failed: IP address mismatch	71
try("127.0.0.1:" .. good.port, { ca = "ca.pem" }) --> hello

local self <close>, self_signed = certificates.listen({ cert = "self.pem", key = "self.key" }, echo)
try(self_signed, { ca = "ca.pem" }) --> localhost:PORT: certificate verify failed: self-signed certificate	71
try(self_signed, { ca = "self.pem" }) --> hello

local old <close>, expired = certificates.listen({ cert = "expired.pem" }, echo)
try(expired, { ca = "ca.pem" }) --> localhost:PORT: certificate verify failed: certificate has expired	71

-- Servers that want to know whom they talk to. In TLS 1.3 the client hears of that after its handshake.
local strict <close>, known_only = certificates.listen({ ca = "ca.pem" }, function(conn)
    conn:write(tostring(conn:tls().peer), "\n")
    echo(conn)
end)
local conn <close> = assert(net.connect(known_only, { tls = { ca = "ca.pem", cert = "client.pem", key = "client.key" } }))
print(conn:read()) --> CN=client
local nobody <close> = assert(net.connect(known_only, { tls = { ca = "ca.pem" } }))
print((nobody:read())) --> nil
print((select(2, nobody:read()):gsub(":%d+:", ":PORT:"))) --> 127.0.0.1:PORT: refused by the other end: certificate required
local other <close> =
    assert(net.connect(known_only, { tls = { ca = "ca.pem", cert = "self.pem", key = "self.key" } }))
print((select(2, other:read()):gsub(":%d+:", ":PORT:"))) --> 127.0.0.1:PORT: refused by the other end: unknown ca

-- Files.
local function files(tls) print(net.connect(where, { tls = tls })) end
files{ ca = "none.pem" } --> nil	none.pem: No such file or directory	2
assert(plait.fs.write("empty.pem", ""))
assert(plait.fs.write("text.pem", "hello\n"))
files{ ca = "empty.pem" } --> nil	empty.pem: no certificate or crl found	71
files{ cert = "text.pem" } --> nil	text.pem: there is none in PEM format in it	71
files{ cert = "client.pem", key = "none.key" } --> nil	none.key: No such file or directory	2
files{ cert = "client.pem", key = "server.key" } --> nil	server.key: key values mismatch	71
files{ cert = "client.pem" } --> nil	client.pem: there is no key in it	71
plait.exec{ "openssl", "ec", "-aes128", "-passout", "pass:secret", "-in", "client.key", "-out", "secret.key", check = true }
files{ cert = "client.pem", key = "secret.key" } --> nil	secret.key: the key has a password	71
print(net.listen("127.0.0.1:0", { tls = { cert = "none.pem" } })) --> nil	none.pem: No such file or directory	2

-- Wrong options raise.
local function wrong(tls)
    print((tostring(select(2, pcall(net.connect, where, { tls = tls }))):gsub("^[%w_.]+:%d+: ", "")))
end
wrong(7) --> net.connect: tls is 7 (a number), not true or a table
wrong{ cafile = "x" } --> net.connect: tls: there is no option 'cafile'
wrong{ ca = true } --> net.connect: tls.ca is true (a boolean), not the path of a file
wrong{ server_name = "" } --> net.connect: tls.server_name is "" (a string), not the name of a host
wrong{ verify = 0 } --> net.connect: tls.verify is 0 (a number), not true or false
wrong{ alpn = {} } --> net.connect: tls.alpn is a table, not a list of names
wrong{ alpn = { "" } } --> net.connect: tls.alpn has "" (a string), not a name of 1 to 255 bytes
wrong{ key = "x" } --> net.connect: tls.key is there, and tls.cert is not
print((tostring(select(2, pcall(net.listen, "localhost:0", { tls = true }))):gsub("^[%w_.]+:%d+: ", "")))
--> net.listen: tls.cert is missing: the file of the certificate
local unknown = certificates.with{ verify = true }
print((tostring(select(2, pcall(net.listen, "localhost:0", { tls = unknown }))):gsub("^[%w_.]+:%d+: ", "")))
--> net.listen: tls.verify is true, and tls.ca is missing: who has to have signed the certificates of clients
