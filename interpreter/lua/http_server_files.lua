-- http_server_files.lua - files as answers: plait.http.files(folder[, options]) -> handler, and {file = path}.
--
--     http.serve("localhost:8080", http.files("public"))
--
-- A file is opened before it is looked at, so what is sent is what was looked at. Its tag is its size and the time it was last
-- written.

local answer = require "plait.http_server_answer"
local fs = require "plait.fs"
local internal = require "plait.internal"
local stream = require "plait.stream"

local files = {}

local types = {
    avif = "image/avif", bin = "application/octet-stream", bz2 = "application/x-bzip2", c = "text/plain; charset=utf-8",
    css = "text/css; charset=utf-8", csv = "text/csv; charset=utf-8", gif = "image/gif", gz = "application/gzip",
    h = "text/plain; charset=utf-8", htm = "text/html; charset=utf-8", html = "text/html; charset=utf-8",
    ico = "image/x-icon", jpeg = "image/jpeg", jpg = "image/jpeg", js = "text/javascript; charset=utf-8",
    json = "application/json", log = "text/plain; charset=utf-8", lua = "text/plain; charset=utf-8",
    map = "application/json", md = "text/markdown; charset=utf-8", mjs = "text/javascript; charset=utf-8",
    mp3 = "audio/mpeg", mp4 = "video/mp4", ogg = "audio/ogg", otf = "font/otf", pdf = "application/pdf",
    png = "image/png", svg = "image/svg+xml", tar = "application/x-tar", tsv = "text/tab-separated-values; charset=utf-8",
    ttf = "font/ttf", txt = "text/plain; charset=utf-8", wasm = "application/wasm", wav = "audio/wav",
    weba = "audio/webm", webm = "video/webm", webmanifest = "application/manifest+json", webp = "image/webp",
    woff = "font/woff", woff2 = "font/woff2", xhtml = "application/xhtml+xml", xml = "application/xml",
    xz = "application/x-xz", zip = "application/zip", zst = "application/zstd",
}

local function type_of(path, own)
    local ending = path:match("%.(%w+)$")
    ending = ending and ending:lower()
    return ending and (own and own[ending] or types[ending]) or "application/octet-stream"
end

------------------------------------------------------------------------------------------------- conditions and ranges

local months = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }

-- Days from 1970 to the first of March of the year 0, and so on: seconds of a date in UTC, whatever the time zone is.
local function seconds_of(year, month, day, hour, min, sec)
    if month <= 2 then year, month = year - 1, month + 12 end
    local days = 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month - 3) + 2) // 5 + day - 719469
    return ((days * 24 + hour) * 60 + min) * 60 + sec
end

-- The time of a date as HTTP writes it; nil: it is none.
local function parse_date(text)
    local day, month, year, hour, min, sec = text:match("^%a+, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$")
    if not months[month] then return nil end
    return seconds_of(tonumber(year), months[month], tonumber(day), tonumber(hour), tonumber(min), tonumber(sec))
end

local function has_tag(list, tag)
    if list:match("^%s*%*%s*$") then return true end
    for one in list:gmatch('"[^"]*"') do
        if one == tag then return true end
    end
    return false
end

-- Whether the client has it already.
local function is_known(request, tag, mtime)
    local tags, since = request.headers["if-none-match"], request.headers["if-modified-since"]
    if tags then return has_tag(tags, tag) end
    local time = since and parse_date(since)
    return time ~= nil and mtime <= time
end

-- The first byte, from 0, and how many; nil: all of it; false: there is nothing there. Several ranges at once are not given.
local function read_range(request, size, tag, mtime)
    local text = request.headers.range
    if not text then return nil end
    local condition = request.headers["if-range"]
    if condition and condition ~= tag and parse_date(condition) ~= mtime then return nil end
    local from, to = text:match("^bytes=%s*(%d*)%s*%-%s*(%d*)%s*$")
    if not from or from == "" and to == "" then return nil end
    from, to = tonumber(from), tonumber(to)
    if not from then
        if to == 0 or size == 0 then return false end
        to = math.min(to, size)
        return size - to, to
    end
    if to and to < from then return nil end
    if from >= size then return false end
    return from, math.min(to or size - 1, size - 1) - from + 1
end

------------------------------------------------------------------------------------------------------------------ send

local refused = { [1] = 403, [13] = 403, [24] = 503, [23] = 503 }

local function copy(given)
    local all = {}
    for name, value in pairs(given or {}) do all[name] = value end
    return all
end

local function has(given, wanted)
    for name in pairs(given) do
        if type(name) == "string" and name:lower() == wanted then return true end
    end
    return false
end

-- With the file open; it is closed by whoever sends it.
local function send_open(conn, request, result, file, stat)
    local mtime = math.floor(stat.mtime)
    local tag = ('"%x-%x"'):format(stat.size, math.floor(stat.mtime * 1e6))
    local all = copy(result.headers)
    all["Last-Modified"], all["ETag"], all["Accept-Ranges"] = answer.date(mtime), tag, "bytes"
    local is_plain = (result.status == nil or result.status == 200) and (request.method == "GET" or request.method == "HEAD")
    if is_plain and is_known(request, tag, mtime) then
        file:close()
        return answer.parts(conn, request, 304, all)
    end
    if not has(all, "content-type") then all["Content-Type"] = type_of(result.file, result.types) end
    local from, count
    if is_plain and request.method == "GET" then from, count = read_range(request, stat.size, tag, mtime) end
    if from == false then
        file:close()
        return answer.parts(conn, request, 416, { ["Content-Range"] = "bytes */" .. stat.size }, "")
    end
    if not from then return answer.file(conn, request, result.status or 200, all, file, stat.size) end
    all["Content-Range"] = ("bytes %d-%d/%d"):format(from, from + count - 1, stat.size)
    file:seek("set", from)
    return answer.file(conn, request, 206, all, file, count)
end

-- For http_server_answer.lua: {file = path}.
function files.send(conn, request, result)
    if type(result.file) ~= "string" then
        stream.usage("http.serve: the file of an answer is %s, not a path", internal.describe(result.file))
    end
    if result.file:find("\0", 1, true) then return answer.status(conn, request, 404) end
    local file, _, code = fs.open(result.file)
    if not file then return answer.status(conn, request, refused[code] or 404) end
    local stat = file:stat()
    if not stat or stat.type ~= "file" then
        file:close()
        return answer.status(conn, request, 404)
    end
    return send_open(conn, request, result, file, stat)
end

---------------------------------------------------------------------------------------------------------------- folder

local known = { index = true, hidden = true, links = true, types = true, headers = true }

local function check(folder, options)
    if type(folder) ~= "string" then
        stream.usage("http.files: folder is %s, not a string", internal.describe(folder))
    end
    if options ~= nil and type(options) ~= "table" then
        stream.usage("http.files: options are %s, not a table", internal.describe(options))
    end
    for name in pairs(options or {}) do
        if not known[name] then stream.usage("http.files: there is no option '%s'", tostring(name)) end
    end
    return options or {}
end

-- The path below the folder; nil: there can be no such file. Names that begin with a dot are hidden.
local function below(path, shows_hidden)
    if path:find("[\0\\]") then return nil end
    local names = {}
    for name in path:gmatch("[^/]+") do
        if name == ".." or name == "." then return nil end
        if name:sub(1, 1) == "." and not shows_hidden and name ~= ".well-known" then return nil end
        names[#names + 1] = name
    end
    return table.concat(names, "/")
end

local function is_inside(root, path) return path == root or root == "/" or path:sub(1, #root + 1) == root .. "/" end

-- The answer for a path of the folder, or nil: 404.
local function find(root, rest, request, options)
    local path, is_folder = root .. "/" .. rest, request.path:sub(-1) == "/"
    if not options.links then
        path = fs.realpath(path)
        if not path or not is_inside(root, path) then return nil end
    end
    local stat, _, code = fs.stat(path)
    if not stat then return refused[code] and { status = refused[code] } end
    if stat.type == "folder" and not is_folder then
        local query = request.target:match("%?.*$") or ""
        local location = request.target:match("^/[^?#]*")
        return location and { status = 301, headers = { Location = "/" .. location:gsub("^/+", "") .. "/" .. query } }
    end
    if is_folder ~= (stat.type == "folder") then return nil end
    if not is_folder then return path end
    local index = path .. "/" .. (options.index or "index.html")
    if not options.links then
        index = fs.realpath(index)
        if not index or not is_inside(root, index) then return nil end
    end
    local indexed = fs.stat(index)
    return indexed and indexed.type == "file" and index or nil
end

-- http.files(folder[, {index = "index.html", hidden = false, links = false, types =, headers =}]) -> handler
function files.handler(folder, options)
    options = check(folder, options)
    local root
    return function(request)
        if request.method ~= "GET" and request.method ~= "HEAD" then
            return { status = 405, headers = { Allow = "GET, HEAD" }, body = "Method Not Allowed\n" }
        end
        root = root or (options.links and folder or fs.realpath(folder))
        local rest = root and below(request.path, options.hidden)
        local found = rest and find(root, rest, request, options)
        if type(found) ~= "string" then return found or nil end
        return { file = found, headers = options.headers, types = options.types }
    end
end

return files
