-- http_request.lua - the options of a request of plait.http: checked, and as libcurl is told (runtime/io/http_option.c).

local headers = require "plait.http_headers"
local internal = require "plait.internal"
local plait = require "plait"
local response = require "plait.http_response"
local stream = require "plait.stream"

local request = {}

local EINVAL, ENAMETOOLONG, EPROTONOSUPPORT = 22, 36, 93
local UNIX_LONGEST = 107
local MOST_REDIRECTS, LIMIT, WAITING = 20, 1 << 30, 1 << 18
local PIECE = 1 << 16

local known = {}
for name in ("url method headers body query form auth connect_timeout limit follow proxy tls version unix decompress " ..
    "user_agent stream into progress check"):gmatch("%S+") do
    known[name] = true
end

local function check_type(name, what, value, wanted)
    if value ~= nil and type(value) ~= wanted then
        stream.usage("%s: %s is %s, not a %s", name, what, internal.describe(value), wanted)
    end
    return value
end

local function check_text(name, what, value)
    check_type(name, what, value, "string")
    if value and value:find("\0", 1, true) then stream.usage("%s: %s has a NUL byte", name, what) end
    return value
end

--------------------------------------------------------------------------------------------------------------------- URL

local function encode_byte(byte) return ("%%%02X"):format(byte:byte()) end

local function encode(text) return (text:gsub("[^%w._~-]", encode_byte)) end

-- "a=1&b=2" of a table, its names in their order; a list is as many of them.
local function encode_fields(name, what, fields)
    check_type(name, what, fields, "table")
    local names, parts = {}, {}
    for field in pairs(fields) do
        if type(field) ~= "string" then
            stream.usage("%s: %s has the field %s, not a name", name, what, internal.describe(field))
        end
        names[#names + 1] = field
    end
    table.sort(names)
    for _, field in ipairs(names) do
        local values = fields[field]
        for _, value in ipairs(type(values) == "table" and values or { values }) do
            if type(value) == "table" or type(value) == "function" then
                stream.usage("%s: field '%s' of %s is %s", name, field, what, internal.describe(value))
            end
            parts[#parts + 1] = encode(field) .. "=" .. encode(tostring(value))
        end
    end
    return table.concat(parts, "&")
end

local function with_query(name, url, query)
    if query == nil then return url end
    local fields = encode_fields(name, "query", query)
    if fields == "" then return url end
    local before, fragment = url:match("^([^#]*)(.*)$")
    return before .. (before:find("?", 1, true) and "&" or "?") .. fields .. fragment
end

-- The URL; nil, message, code for what is none that we could ask for.
local function check_url(name, options)
    local url = options.url
    if type(url) ~= "string" then stream.usage("%s: url is %s, not a string", name, internal.describe(url)) end
    local scheme = url:match("^(%a[%w+.-]*)://")
    if url:find("[%c ]") then
        return nil, ("%q: is no URL: there is a blank or a control character in it"):format(response.shown(url)), EINVAL
    end
    if not scheme then
        return nil, ("%s: is no URL: it does not begin with http:// or https://"):format(response.shown(url)), EINVAL
    end
    if scheme:lower() ~= "http" and scheme:lower() ~= "https" then
        return nil, ("%s: the protocol is neither http nor https"):format(response.shown(url)), EPROTONOSUPPORT
    end
    if options.unix and #options.unix > UNIX_LONGEST then
        return nil, ("%s: the path of the socket has more than %d bytes"):format(response.shown(url), UNIX_LONGEST), ENAMETOOLONG
    end
    return with_query(name, url, options.query)
end

-------------------------------------------------------------------------------------------------------------------- body

-- What gives the body's pieces one by one.
local function pieces_of(name, body)
    if internal.is_callable(body) then return body end
    if type(body) == "table" and internal.is_callable(body.read) then
        return function() return body:read(PIECE) end
    end
    stream.usage("%s: body is %s, not a string, a function, a stream or a file of plait.fs", name, internal.describe(body))
end

-- How many bytes there are from here to the end, if it is a file of plait.fs.
local function size_of(body)
    local class = type(body) == "table" and getmetatable(body)
    if not class or class.__name ~= "file" then return nil end
    local stat, at = body:stat(), body:seek()
    return stat and at and stat.type == "file" and math.max(0, stat.size - at) or nil
end

-- The method's own option of libcurl, and the name of the one for the size of a body.
local function set_method(set, method, has_body)
    if method == "HEAD" then
        set.head = 1
    elseif method == "POST" then
        set.post = 1
        return "post_size"
    elseif has_body or method == "PUT" then
        set.upload = 1
        if method ~= "PUT" then set.method = method end
        return "upload_size"
    elseif method ~= "GET" then
        set.method = method
    end
end

local function check_body(name, spec, options)
    local body = options.body
    if options.form ~= nil then
        if body ~= nil then stream.usage("%s: there are both body and form", name) end
        body = encode_fields(name, "form", options.form)
        spec.type = "application/x-www-form-urlencoded"
    end
    local size_option = set_method(spec.set, spec.method, body ~= nil)
    if body == nil then
        if size_option then spec.set[size_option] = 0 end
        return
    end
    if spec.method == "HEAD" then stream.usage("%s: a HEAD request has no body", name) end
    if type(body) == "number" then body = tostring(body) end
    if type(body) == "string" then
        spec.body = body
        spec.set[size_option] = #body
        return
    end
    spec.next, spec.body, spec.size_option = pieces_of(name, body), true, size_option
    spec.set[size_option] = size_of(body) or -1
end

-- libcurl is told how long a body is that comes in pieces, and writes that header itself. Another length than the body has
-- would make what is left of it the next request.
local function take_length(name, spec, value, given)
    local size = value:find("^%d+$") and math.tointeger(tonumber(value))
    if not size or not spec.next and size ~= #(spec.body or "") then
        stream.usage("%s: Content-Length is '%s', and the body has another length", name, value)
    end
    if given["transfer-encoding"] then stream.usage("%s: there are both Content-Length and Transfer-Encoding", name) end
    if spec.next then spec.set[spec.size_option] = size end
end

local function check_headers(name, spec, options)
    local lines, given, length = {}, {}, nil
    for _, line in ipairs(headers.lines(name, options.headers)) do
        local header, value = line:match("^([^:]*): (.*)$")
        given[header:lower()] = true
        if value == "" then line = header .. ";" end -- libcurl takes the other form for: send none
        if header:lower() ~= "content-length" then
            lines[#lines + 1] = line
        else
            length = value
        end
    end
    if length then take_length(name, spec, length, given) end
    -- libcurl would wait a second for servers that do not know it.
    if not given.expect then lines[#lines + 1] = "Expect:" end
    if not given["content-type"] then lines[#lines + 1] = "Content-Type:" .. (spec.type and " " .. spec.type or "") end
    -- Of servers that speak HTTP/1.1; with HTTP/2 libcurl leaves it out.
    if spec.next and spec.set[spec.size_option] == -1 and not given["transfer-encoding"] then
        lines[#lines + 1] = "Transfer-Encoding: chunked"
    end
    spec.lines = lines
end

------------------------------------------------------------------------------------------------------------- the others

local versions = { ["1.0"] = 10, ["1.1"] = 11, ["2"] = 20 }

local function check_follow(name, set, follow)
    if follow == nil or follow == true then follow = MOST_REDIRECTS end
    if follow == false then follow = 0 end
    if math.type(follow) ~= "integer" or follow < 0 then
        stream.usage("%s: follow is %s, not true, false or a number of redirects", name, internal.describe(follow))
    end
    set.follow, set.redirects = follow > 0 and 1 or 0, follow
end

local tls_options = { ca = true, cert = true, key = true, verify = true }

local function check_tls(name, set, tls)
    for option, value in next, check_type(name, "tls", tls, "table") or {} do
        if not tls_options[option] then stream.usage("%s: tls has no option '%s'", name, tostring(option)) end
        if option == "verify" then
            check_type(name, "tls.verify", value, "boolean")
            set.verify_peer, set.verify_host = value and 1 or 0, value and 2 or 0
        else
            set[option] = check_text(name, "tls." .. option, value)
        end
    end
end

local function check_auth(name, set, auth)
    if auth == nil then return end
    check_type(name, "auth", auth, "table")
    set.user = check_text(name, "auth[1]", auth[1]) or ""
    set.password = check_text(name, "auth[2]", auth[2]) or ""
end

local function check_connection(name, set, options)
    if options.proxy == false then
        set.proxy = ""
    else
        set.proxy = check_text(name, "proxy", options.proxy)
    end
    set.unix = check_text(name, "unix", options.unix)
    if options.version ~= nil then
        set.version = versions[tostring(options.version)]
        if not set.version then
            stream.usage("%s: version is %s, not \"1.0\", \"1.1\" or \"2\"", name, internal.describe(options.version))
        end
    end
    local seconds = stream.check_seconds(options.connect_timeout, name)
    if seconds and seconds < 1e6 then set.connect_ms = math.max(1, math.ceil(seconds * 1000)) end
end

local function check_method(name, method)
    if method == nil then return "GET" end
    if type(method) ~= "string" or not method:find("^[%w!#$%%&'*+.^_`|~-]+$") then
        stream.usage("%s: method is %s, not a word such as \"GET\"", name, internal.describe(method))
    end
    return method
end

-- What becomes of the body. In memory it has a limit.
local function check_result(name, spec, options)
    for _, option in ipairs{ "stream", "check", "decompress" } do check_type(name, option, options[option], "boolean") end
    spec.into, spec.stream, spec.progress = check_text(name, "into", options.into), options.stream, options.progress
    if spec.into and spec.stream then stream.usage("%s: there are both stream and into", name) end
    if spec.progress and spec.stream then stream.usage("%s: there are both stream and progress", name) end
    require("plait.progress").open(spec.progress, nil, name) -- raises if it is none
    spec.limit = stream.check_limit(options.limit, name)
    local is_kept = not spec.into and not spec.stream
    if is_kept and not spec.limit then spec.limit = LIMIT end
    spec.waiting = (not is_kept or spec.progress) and WAITING or 0
end

-- `options`, checked, as {set =, lines =, body =, next =, ...}; wrong ones raise. nil, message, code if the URL is none.
function request.check(name, options)
    stream.options(options, known, name)
    local spec = { name = name, method = check_method(name, options.method), check = options.check, timeout = options.timeout }
    local agent = check_text(name, "user_agent", options.user_agent) or "plait/" .. plait.version
    if agent:find("[\r\n]") then stream.usage("%s: user_agent has the end of a line in it", name) end
    local set = { agent = agent }
    spec.set = set
    check_result(name, spec, options)
    check_body(name, spec, options)
    check_headers(name, spec, options)
    check_follow(name, set, options.follow)
    check_tls(name, set, options.tls)
    check_auth(name, set, options.auth)
    check_connection(name, set, options)
    if options.decompress ~= false then set.encoding = "" end
    local url, message, code = check_url(name, options)
    if not url then return nil, message, code end
    spec.url, set.url = url, url
    return spec
end

return request
