-- Downloads files, four at a time, with a bar for each on a terminal.
--
--     plait scripts/downloader.lua URL...     into the current folder
--
-- Without URLs it gets a few from a server of its own.

local fs, http = plait.fs, plait.http

local AT_ONCE = 4

-- What is in the last part of the path, or the name of the host.
local function name_of(url) return url:gsub("[?#].*", ""):match("([^/]+)/*$") end

-------------------------------------------------------------------------------------------------------------------- bars

local BAR = 30

local function bar(download)
    if not download.total or download.total == 0 then return ("%10d bytes"):format(download.done) end
    local part = download.done / download.total
    return ("[%-" .. BAR .. "s] %3d%%"):format(("="):rep(math.floor(part * BAR)), math.floor(part * 100))
end

-- Draws the bars again and again, over the ones before.
local function draw(downloads)
    local lines = 0
    local function picture()
        if lines > 0 then io.stderr:write(("\27[%dA"):format(lines)) end
        lines = 0
        for _, d in ipairs(downloads) do
            if d.done then
                io.stderr:write("\r\27[K", ("%-30.30s %s\n"):format(d.name, bar(d)))
                lines = lines + 1
            end
        end
    end
    local last <close> = setmetatable({}, { __close = picture })
    while true do
        picture()
        sleep(0.1)
    end
end

local function on_terminal() return plait.exec{ "test", "-t", "2", stderr = "inherit" }.code == 0 end

--------------------------------------------------------------------------------------------------------------- downloads

local function get(d, folder)
    local result, message = http.get(d.url, { into = folder .. "/" .. d.name, connect_timeout = 10,
        progress = function(done, total) d.done, d.total = done, total end })
    if not result then
        d.problem = message
    elseif not result.path then
        d.problem = ("%d %s"):format(result.status, result.reason or "")
    else
        d.size = result.size
    end
end

-- All of them; a list of {url =, name =, size = or problem =}.
local function download(urls, folder)
    local downloads, jobs = {}, plait.Channel(#urls)
    for i, url in ipairs(urls) do
        downloads[i] = { url = url, name = name_of(url) }
        jobs:send(i)
    end
    jobs:close()
    plait.scope(function(scope)
        if on_terminal() then scope:async{ draw, downloads, daemon = true } end
        for _ = 1, math.min(AT_ONCE, #urls) do
            scope:async(function()
                for i in jobs do get(downloads[i], folder) end
            end)
        end
    end)
    return downloads
end

local function report(downloads)
    local bytes, failed = 0, 0
    for _, d in ipairs(downloads) do
        print(("%-12s %s"):format(d.name, d.problem or d.size .. " bytes"))
        bytes = bytes + (d.size or 0)
        if d.problem then failed = failed + 1 end
    end
    print(("%d files, %d bytes, %d failed"):format(#downloads - failed, bytes, failed))
    return failed == 0
end

---------------------------------------------------------------------------------------------------------------- the demo

local SIZES = { ["readme.txt"] = 1200, ["photo.jpg"] = 300000, ["film.mpg"] = 5000000 }

local function answer(request)
    local size = SIZES[request.path:sub(2)]
    if not size then return { status = 404 } end
    local from = 0
    return { headers = { ["Content-Length"] = size }, body = function()
        local piece = ("x"):rep(math.min(100000, size - from))
        from = from + #piece
        if size > 1000000 then sleep(0.01) end
        return piece ~= "" and piece or nil
    end }
end

local function demo()
    local folder <close> = fs.temp_folder()
    local server <close> = assert(http.serve("localhost:0", answer))
    local urls = {}
    for i, name in ipairs{ "readme.txt", "photo.jpg", "film.mpg", "lost.txt" } do urls[i] = server.url .. name end
    report(download(urls, folder.path))
    print(table.concat(fs.list(folder.path), " "))
end

if #arg == 0 then
    demo()
elseif not report(download(arg, ".")) then
    os.exit(1)
end
