-- plait.http: requests to web servers, and a server. Whoever calls waits, and no other strand does.
--
--     local r = assert(plait.http.get("https://example.org/", {timeout = 10}))
--     print(r.status, r.headers["content-type"], #r.body)
--
-- An answer is a response, whatever its status; what fails before there is one is nil, a message with the URL, and a number.
-- The protocol is libcurl's (runtime/io/http.h); a transfer belongs to the strand that waits for it, and ends when that leaves.
-- Options are read in http_request.lua, responses in http_response.lua; the server is in http_server.lua.

local internal = require "plait.internal"
local plait = require "plait"
local request = require "plait.http_request"
local response = require "plait.http_response"
local stream = require "plait.stream"

local raw = response.raw

-- The server is loaded when it is first used.
local lazy = {
    serve = function() return require "plait.http_server" end,
    files = function() return require("plait.http_server_files").handler end,
}

local http = setmetatable({}, {
    __index = function(http, name)
        local load = lazy[name]
        if not load then return nil end
        http[name] = load()
        return http[name]
    end,
})

----------------------------------------------------------------------------------------------------------------- sending

-- A transfer that always goes on does not wait, so its time is looked at.
local function is_over(deadline) return deadline and plait.now() >= deadline end

-- The next piece of the body; false: there are no more; nil, message, code.
local function next_piece(spec)
    local piece, message, code
    repeat piece, message, code = spec.next() until piece ~= ""
    if piece == nil and message == nil then return false end
    if piece == nil then return nil, ("%s: the body to send: %s"):format(response.shown(spec.url), message), code end
    if type(piece) ~= "string" then
        stream.usage("%s: the body's function returned %s, not a string or nil", spec.name, internal.describe(piece))
    end
    return piece
end

-- Waits for one of the events, and sends what is wanted meanwhile.
local function wait(spec, transfer, events, deadline)
    while true do
        if is_over(deadline) then return nil, "timeout" end
        local now, message, code = raw.wait(transfer, events | raw.WANTS, stream.left(deadline))
        if not now or now & raw.WANTS == 0 then return now, message, code end
        local piece
        piece, message, code = next_piece(spec)
        if piece == nil then return nil, message, code end
        raw.feed(transfer, piece or nil)
    end
end

--------------------------------------------------------------------------------------------------------------- receiving

-- Raises for a response that check = true does not take.
local function check(spec, fields)
    if not spec.check or fields.status < 400 then return end
    local text = ("%s: %s: %d %s"):format(spec.name, response.shown(fields.url), fields.status, fields.reason or "")
    internal.raise("http", (text:gsub(" $", "")), { status = fields.status, url = fields.url, response = fields })
end

-- Calls use(piece) for each piece of the body; true, or nil, message, code.
local function each_piece(spec, transfer, deadline, fields, use)
    local display <close> = require("plait.progress").open(spec.progress, response.length(fields), spec.name)
    local done = 0
    while true do
        if is_over(deadline) then return nil, "timeout" end
        local piece, message, code = response.next(transfer, spec.url, spec.waiting, deadline)
        if not piece then return nil, message, code end
        if piece == "" then return true end
        local ok
        ok, message, code = use(piece)
        if not ok then return nil, message, code end
        done = done + #piece
        display:update(done)
    end
end

local function receive(spec, transfer, deadline, fields)
    local pieces = {}
    local ok, message, code = each_piece(spec, transfer, deadline, fields, function(piece)
        pieces[#pieces + 1] = piece
        return true
    end)
    if not ok then return nil, message, code end
    fields.body = table.concat(pieces)
    return fields
end

local Part = {} -- a file that is not whole yet, and goes unless it was renamed

-- Also when it is cancelled here.
function Part:__close()
    plait.shield(function()
        self.file:close()
        if self.path then plait.fs.remove(self.path) end
    end)
end

local count = 0

-- Beside the file, with the permissions of a new one.
local function open_part(path)
    count = count + 1
    local name = ("%s.%d-%d.part"):format(path, plait.pid(), count)
    local file, message, code = plait.fs.open(name, "wx")
    if not file then return nil, message, code end
    return setmetatable({ file = file, path = name }, Part)
end

local function receive_file(spec, transfer, deadline, fields)
    local part <close>, message, code = open_part(spec.into)
    if not part then return nil, message, code end
    local ok
    ok, message, code = each_piece(spec, transfer, deadline, fields, function(piece) return part.file:write(piece) end)
    if not ok then return nil, message, code end
    fields.size = part.file:seek()
    ok, message, code = plait.fs.rename(part.path, spec.into)
    if not ok then return nil, message, code end
    part.path, fields.path = nil, spec.into
    return fields
end

-- What was asked for is in memory when all is over.
local function receive_all(spec, transfer, deadline)
    local events, message, code = wait(spec, transfer, raw.DONE, deadline)
    if not events then return nil, message, code end
    _, message, code = response.failure(transfer, spec.url)
    if message then return nil, message, code end
    local fields = response.head(transfer)
    fields.body = raw.body(transfer)
    check(spec, fields)
    return fields
end

-- Piece by piece.
local function receive_pieces(spec, transfer, deadline)
    local events, message, code = wait(spec, transfer, raw.HEAD | raw.DONE, deadline)
    if not events then return nil, message, code end
    if events & raw.HEAD == 0 then return response.failure(transfer, spec.url) end
    local fields = response.head(transfer)
    if spec.into and fields.status >= 200 and fields.status < 300 then
        return receive_file(spec, transfer, deadline, fields)
    end
    fields, message, code = receive(spec, transfer, deadline, fields)
    if fields then check(spec, fields) end
    return fields, message, code
end

-- The transfer is the response's when its head is there.
local function receive_head(spec, transfer, deadline)
    local events, message, code = wait(spec, transfer, raw.HEAD | raw.DONE, deadline)
    if not events then return nil, message, code end
    if events & raw.HEAD == 0 then return response.failure(transfer, spec.url) end
    check(spec, response.head(transfer))
    return response.open(transfer, spec.url)
end

---------------------------------------------------------------------------------------------------------------- requests

local Guard = { __close = function(self) if self.transfer then raw.close(self.transfer) end end }

local function transfer(spec)
    local deadline = stream.deadline(spec.timeout)
    local handle = raw.transfer(spec.set, spec.lines, spec.body)
    local guard <close> = setmetatable({ transfer = handle }, Guard)
    raw.bound(handle, spec.limit or -1, spec.waiting)
    raw.start(handle)
    if not spec.stream then
        return (spec.waiting > 0 and receive_pieces or receive_all)(spec, handle, deadline)
    end
    local opened, message, code = receive_head(spec, handle, deadline)
    if opened then guard.transfer = nil end
    return opened, message, code
end

local function perform(name, options)
    local spec, message, code = request.check(name, options)
    if not spec then return nil, message, code end
    local result
    result, message, code = transfer(spec)
    if result then return result end
    if code then return nil, message, code end
    return nil, message
end

-- http.request{url =, method =, headers =, body =, ...} -> response
function http.request(options)
    if type(options) ~= "table" then
        stream.usage("http.request: argument 1 is %s, not a table; write http.request{url = \"http://...\"}",
            internal.describe(options))
    end
    return perform("http.request", options)
end

-- A copy of the options with these; a number is a time-out.
local function with(options, name, method, url, body)
    if type(options) == "number" then options = { timeout = options } end
    if options ~= nil and type(options) ~= "table" then
        stream.usage("%s: options are %s, not a table or a number of seconds", name, internal.describe(options))
    end
    local all = {}
    for option, value in next, options or {} do all[option] = value end
    if all.url ~= nil or all.method ~= nil then stream.usage("%s: url and method are not among its options", name) end
    all.url, all.method = url, method
    if body ~= nil then all.body = body end
    return all
end

-- http.get(url[, options]) -> response; as http.head, http.delete
for _, name in ipairs{ "get", "head", "delete" } do
    local full, method = "http." .. name, name:upper()
    http[name] = function(url, options) return perform(full, with(options, full, method, url)) end
end

-- http.post(url, body[, options]) -> response; as http.put, http.patch
for _, name in ipairs{ "post", "put", "patch" } do
    local full, method = "http." .. name, name:upper()
    http[name] = function(url, body, options) return perform(full, with(options, full, method, url, body)) end
end

-------------------------------------------------------------------------------------------------------------- connections

local bounds = { per_host = true, total = true, idle = true }

-- http.connections{per_host =, total =, idle =}: the most of this state; 0: any number
function http.connections(options)
    if type(options) ~= "table" then
        stream.usage("http.connections: argument 1 is %s, not a table", internal.describe(options))
    end
    for bound, most in next, options do
        if not bounds[bound] then stream.usage("http.connections: there is no bound '%s'", tostring(bound)) end
        if math.type(most) ~= "integer" or most < 0 then
            stream.usage("http.connections: %s is %s, not a number of connections", bound, internal.describe(most))
        end
    end
    for bound, most in next, options do raw.limit(bound, most) end
end

plait.http = http
return http
