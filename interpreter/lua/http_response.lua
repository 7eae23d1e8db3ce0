-- http_response.lua - what came for a request of plait.http.
--
-- A response whose body is there is a plain table. One whose body is still to come has methods to read it; libcurl stops
-- receiving while more than a little waits to be read.

local headers = require "plait.http_headers"
local internal = require "plait.internal"
local plait = require "plait"
local stream = require "plait.stream"

local raw = internal.http()
local response = { raw = raw }

-- A URL without name and password, for results; and without what follows the path, for messages.
function response.without_user(url) return (url:gsub("^(%a[%w+.-]*://)[^/?#]*@", "%1")) end

function response.shown(url) return (response.without_user(url):gsub("[?#].*", "")) end

-- nil, message, code of a transfer that has failed; what libcurl says may have the address of a proxy with its password.
function response.failure(transfer, url)
    local why, code = raw.failure(transfer)
    if not code then return nil, why end
    return nil, ("%s: %s"):format(response.shown(url), (why:gsub("://[^/%s]*@", "://"))), code
end

-- The fields of a response whose head is there.
function response.head(transfer)
    local text, url = raw.head(transfer)
    local version, status, reason = text:match("^HTTP/([%d.]+) (%d+) ?([^\r\n]*)")
    local all, list = headers.parse(text:match("^[^\n]*\n(.*)") or "")
    return { status = math.tointeger(tonumber(status)), reason = reason ~= "" and reason or nil, version = version,
        headers = all, header_list = list, url = response.without_user(url) }
end

-- How many bytes the body has; nil: that is not known.
function response.length(fields)
    return not fields.headers["content-encoding"] and math.tointeger(tonumber(fields.headers["content-length"])) or nil
end

--------------------------------------------------------------------------------------------------------------- streaming

local Response = { __name = "response", __stays = "a response that is being read, which stays in its state; send its body" }
Response.__index = Response

-- The next bytes of the body; "": there are no more.
function response.next(transfer, url, wanted, deadline)
    local events, message, code = raw.wait(transfer, raw.BODY | raw.DONE, stream.left(deadline))
    if not events then return nil, message, code end
    if events & raw.BODY ~= 0 then return raw.body(transfer, wanted) end
    local _, why, number = response.failure(transfer, url)
    if why then return nil, why, number end
    return ""
end

local function refill(reader, wanted, deadline)
    return response.next(reader.transfer, reader.url, wanted, deadline)
end

local function enter(self, name, timeout)
    if getmetatable(self) ~= Response then
        stream.usage("%s: argument 1 is %s, not a response that is being read", name, internal.describe(self))
    end
    if not self.reader.transfer then stream.usage("%s: attempt to use a closed response (%s)", name, self.reader.path) end
    local deadline = stream.deadline(timeout)
    local turn, message = self.reader.turn:acquire(timeout)
    if not turn then return nil, message end
    if self.reader.transfer then return turn, deadline end
    turn:release() -- it was closed meanwhile
    return nil, "closed"
end

stream.add_reading(Response, enter)

-- response:close() -> true; what has not come will not. Once more is harmless.
function Response:close()
    local reader = self.reader
    if reader.transfer then raw.close(reader.transfer) end
    reader.transfer = nil
    stream.clear(reader)
    return true
end

Response.__close = Response.close

function Response:__tostring()
    return ("response (%d, %s)"):format(self.status, self.reader.transfer and self.reader.path or "closed")
end

-- Takes the transfer, whose head is there.
function response.open(transfer, url)
    local self = response.head(transfer)
    local reader = stream.reader()
    reader.path, reader.url, reader.transfer, reader.refill, reader.turn = response.shown(url), url, transfer, refill, plait.Lock()
    self.reader, self.path = reader, reader.path
    return setmetatable(self, Response)
end

return response
