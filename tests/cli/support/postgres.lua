-- A PostgreSQL server for one test, on a Unix socket in a folder of its own.
--
--     local server <close> = require("postgres").start()
--     server.address                    -- for luasql
--     server.psql{ "-c", "SELECT 1" }   -- as plait.exec
--
-- It runs as the user "postgres" when the test is root, which PostgreSQL refuses; and it ends with the test, however
-- that ends: the kernel tells it.
local fs = plait.fs
local postgres = {}

local is_root = plait.exec{ "id", "-u" }.stdout == "0\n"
local as_user = { "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT" }

-- A command of that user's; a list, to which options are added.
local function command(...)
    local words = is_root and table.move(as_user, 1, #as_user, 1, {}) or {}
    words.cwd = "/"
    return table.move({ ... }, 1, select("#", ...), #words + 1, words)
end

-- The folder with initdb and postgres, which Debian does not put on the PATH; nil: there is none.
function postgres.find()
    local found = plait.exec{ "sh", "-c", "command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb" }
    return found.stdout:match("([^\n]*)/initdb\n$")
end

local function make(programs, folder)
    if is_root then plait.exec{ "chown", "postgres:", folder, check = true } end
    local initdb = command(programs .. "/initdb", "-D", folder .. "/data", "-U", "postgres", "-A", "trust", "--no-sync",
        "--locale=C", "-E", "UTF8")
    initdb.check = true
    plait.exec(initdb)
end

-- Returns when it takes connections.
local function launch(programs, folder)
    local server = command(programs .. "/postgres", "-D", folder .. "/data", "-k", folder, "-c", "listen_addresses=",
        "-c", "fsync=off", "-c", "log_destination=stderr")
    server.stderr = "pipe"
    local process = spawn_process(server)
    local log = {}
    for line in process.stderr:lines() do
        log[#log + 1] = line
        if line:find("ready to accept connections", 1, true) then return process end
    end
    error("postgres does not start:\n" .. table.concat(log, "\n"))
end

function postgres.start()
    local folder = assert(fs.temp_folder())
    local programs = postgres.find()
    make(programs, folder.path)
    local process = launch(programs, folder.path)
    async{ function() for _ in process.stderr:lines() do end end, daemon = true }
    local server = {
        folder = folder.path,
        socket = folder.path .. "/.s.PGSQL.5432",
        address = "host=" .. folder.path .. " user=postgres dbname=postgres",
    }
    -- The command for psql; `host`: a folder, else the server's.
    function server.command(words, host)
        words = table.move(words, 1, #words, 9, words)
        table.move({ "psql", "-h", host or folder.path, "-U", "postgres", "-XAtq", "-v", "ON_ERROR_STOP=1" }, 1, 8, 1, words)
        return words
    end
    function server.psql(words, host) return plait.exec(server.command(words, host)) end
    return setmetatable(server, { __close = function()
        process:kill("INT") -- ends the sessions, too
        await(process)
        folder:close()
    end })
end

return postgres
