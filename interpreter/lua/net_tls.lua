-- net_tls.lua - TLS of plait.net's connections: options, contexts, handshakes.
--
-- Of the two sides a client shakes hands when it connects, and a server when the connection is first used: so a client that
-- does not go on keeps only the strand waiting that serves it, and not the one that accepts.

local internal = require "plait.internal"
local plait = require "plait"
local stream = require "plait.stream"

local raw = internal.tls()
local tls = {}

local HELLO_SECONDS = 30 -- for the handshake with a client, unless the options say otherwise
local KEPT_SECONDS = 60 -- a context for the next connections; then the files are read again
local MOST_KEPT = 64

------------------------------------------------------------------------------------------------------------- options

local none = {}
local known = { ca = true, cert = true, key = true, server_name = true, verify = true, alpn = true, server = true }

local function check_text(options, option, name)
    local value = options[option]
    if value ~= nil and (type(value) ~= "string" or value == "" or value:find("\0", 1, true)) then
        stream.usage("%s: tls.%s is %s, not %s", name, option, internal.describe(value),
            option == "server_name" and "the name of a host" or "the path of a file")
    end
end

-- As TLS has it: each name after a byte with its length; nil: none.
local function protocols(alpn, name)
    if alpn == nil then return nil end
    local list, all = type(alpn) == "string" and { alpn } or alpn, {}
    if type(list) ~= "table" or #list == 0 then
        stream.usage("%s: tls.alpn is %s, not a list of names", name, internal.describe(alpn))
    end
    for i, protocol in ipairs(list) do
        if type(protocol) ~= "string" or #protocol < 1 or #protocol > 255 then
            stream.usage("%s: tls.alpn has %s, not a name of 1 to 255 bytes", name, internal.describe(protocol))
        end
        all[i] = string.char(#protocol) .. protocol
    end
    local text = table.concat(all)
    if #text > 65535 then stream.usage("%s: tls.alpn has too many names", name) end
    return text
end

-- Raises if they are wrong. `options`: true or a table.
function tls.check(options, is_server, name)
    if options == true then options = none end
    if type(options) ~= "table" then
        stream.usage("%s: tls is %s, not true or a table", name, internal.describe(options))
    end
    stream.options(options, known, name .. ": tls")
    for _, option in ipairs{ "ca", "cert", "key", "server_name" } do check_text(options, option, name) end
    for _, option in ipairs{ "verify", "server" } do
        if options[option] ~= nil and type(options[option]) ~= "boolean" then
            stream.usage("%s: tls.%s is %s, not true or false", name, option, internal.describe(options[option]))
        end
    end
    protocols(options.alpn, name)
    if is_server and not options.cert then stream.usage("%s: tls.cert is missing: the file of the certificate", name) end
    if is_server and options.verify and not options.ca then
        stream.usage("%s: tls.verify is true, and tls.ca is missing: who has to have signed the certificates of clients", name)
    end
    if options.key and not options.cert then stream.usage("%s: tls.key is there, and tls.cert is not", name) end
    return options
end

------------------------------------------------------------------------------------------------------------- contexts

local kept, count = {}, 0 -- by their options; those that are being made have a turn
local making = {}

local function key_of(options, is_server)
    return ("%s\0%s\0%s\0%s\0%s\0%s"):format(options.ca, options.cert, options.key, options.verify, is_server,
        protocols(options.alpn, "tls"))
end

local function load(options, is_server, timeout)
    local verifies = options.verify ~= false
    if is_server then verifies = options.ca ~= nil and verifies end
    return raw.context({ ca = options.ca, cert = options.cert, key = options.key, alpn = protocols(options.alpn, "tls"),
        server = is_server, verify = verifies }, timeout)
end

local function fresh(key)
    local entry = kept[key]
    return entry and plait.now() - entry.since < KEPT_SECONDS and entry.context
end

-- A context for the options; of those who want the same one, one makes it. nil, message, code; nil, "timeout".
local function context_of(options, is_server, deadline)
    local key = key_of(options, is_server)
    local context = fresh(key)
    if context then return context end
    local turns = making[key] or internal.turn()
    making[key] = turns
    local turn <close>, why = turns:enter(stream.left(deadline))
    if not turn then return nil, why end
    context = fresh(key)
    if context then return context end
    local message, code
    context, message, code = load(options, is_server, stream.left(deadline))
    making[key] = nil
    if not context then return nil, message, code end
    if count >= MOST_KEPT then kept, count = {}, 0 end
    if not kept[key] then count = count + 1 end
    kept[key] = { context = context, since = plait.now() }
    return context
end

----------------------------------------------------------------------------------------------------------- handshakes

local function failure(path, message, code)
    return stream.failed(code and ("%s: %s"):format(path, message) or message, code)
end

-- Closes a connection unless it has come to something, also when the strand is cancelled.
local guard = { __close = function(self) if self.conn then self.conn:close() end end }

-- What a client needs to connect: for tls.client. `host`: whom the other end should show itself as; nil: not known. `path`
-- names it in messages. nil, message, code.
function tls.prepare_client(options, host, path, timeout)
    if options == true then options = none end
    host = options.server_name or host
    if not host and options.verify ~= false then
        stream.usage("tls: %s: server_name is missing: whom the certificate is to be of", path)
    end
    local context, message, code = context_of(options, false, stream.deadline(timeout))
    if not context then return stream.failed(message, code) end
    return { context = context, host = host, path = path, timeout = options.timeout }
end

-- The connection after the handshake; it is closed if that fails.
function tls.client(conn, prepared, timeout)
    local watched <close> = setmetatable({ conn = conn }, guard)
    local last = math.min(timeout or math.huge, prepared.timeout or math.huge)
    local ok, message, code = raw.secure(conn.raw, prepared.context, prepared.host)
    if ok then ok, message, code = raw.handshake(conn.raw, last) end
    if not ok then return failure(prepared.path, message, code) end
    watched.conn = nil
    return conn
end

-- The handshake of a server's side, at the first operation: true; nil, message, code. Strands that come meanwhile wait.
local function hello(conn, deadline)
    local turn <close>, why = conn.hello_turn:enter(stream.left(deadline))
    if not turn then return nil, why end
    if not conn.hello then return true end
    local last = conn.hello_until
    if not last then
        last = plait.now() + conn.hello_seconds
        conn.hello_until = last
    end
    local is_last = not deadline or deadline > last
    local ok, message, code = raw.handshake(conn.raw, stream.left(is_last and last or deadline))
    if ok then
        conn.hello = nil
        return true
    end
    if message == "timeout" and is_last then
        return nil, ("%s: the TLS handshake has taken more than %g seconds"):format(conn.path, conn.hello_seconds), 110
    end
    return failure(conn.path, message, code)
end

-- What a listener keeps for its connections; nil, message, code.
function tls.prepare(options, timeout)
    local context, message, code = context_of(options, true, stream.deadline(timeout))
    if not context then return stream.failed(message, code) end
    return { options = options, context = context }
end

-- The connection, which will shake hands when it is first used. Files that have changed are read again, once a minute; if that
-- fails it is done with what was read before.
function tls.server(conn, prepared)
    local watched <close> = setmetatable({ conn = conn }, guard)
    prepared.context = context_of(prepared.options, true) or prepared.context
    local ok, message, code = raw.secure(conn.raw, prepared.context)
    if not ok then return failure(conn.path, message, code) end
    conn.hello, conn.hello_turn = hello, internal.turn()
    conn.hello_seconds = prepared.options.timeout or HELLO_SECONDS
    watched.conn = nil
    return conn
end

-- For stream:start_tls, which has both turns of the stream.
function tls.start(conn, options, deadline)
    local watched <close> = setmetatable({ conn = conn }, guard)
    if conn.reader.size > 0 then -- a third party may have sent it
        return nil, ("%s: something came before TLS began"):format(conn.path), 71
    end
    local left = stream.left(deadline)
    local prepared, message, code
    if options.server then
        prepared, message, code = tls.prepare(options, left)
    else
        prepared, message, code = tls.prepare_client(options, conn.host, conn.path, left)
    end
    if not prepared then return stream.failed(message, code) end
    local ok
    if options.server then
        ok, message, code = tls.server(conn, prepared)
        if ok then ok, message, code = hello(conn, deadline) end
    else
        ok, message, code = tls.client(conn, prepared, stream.left(deadline))
    end
    if not ok then return stream.failed(message, code) end
    watched.conn = nil
    return conn
end

-- What was agreed upon; nil: it has no TLS.
function tls.info(conn) return raw.info(conn.raw) end

return tls
