-- What holds with a real server. It prints what does not, and "done".
local server <close> = require("postgres").start()
local address = server.address
local function check(what, got, wanted)
    if got ~= wanted then print(what, plait.repr(got), plait.repr(wanted)) end
end
local function ask(query) return (server.psql{ "-c", query, check = true }.stdout:gsub("\n$", "")) end

local function open() db = assert(require("luasql.postgres").postgres():connect(address)) end
local function run(query)
    local result, message = db:execute(query)
    if not result then error(message, 0) end
    return result
end
ask("CREATE TABLE counts (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO counts SELECT id, 0 FROM generate_series(1, 3) id")

-- 4 workers, 400 transactions that read, and write what they have read plus one: none is lost.
local function add(i)
    local id = i % 3 + 1
    run("BEGIN")
    local rows = run("SELECT n FROM counts WHERE id = " .. id .. " FOR UPDATE")
    local n = math.tointeger(tonumber((rows:fetch())))
    rows:close()
    run("UPDATE counts SET n = " .. n + 1 .. " WHERE id = " .. id)
    run("COMMIT")
    return true
end
local numbers = {}
for i = 1, 400 do numbers[i] = i end
for _, options in ipairs{ { threads = 4, init = open }, { processes = 2, init = open } } do
    local pool <close> = plait.Pool(options)
    check("added", #pool:map(add, numbers), 400)
end
check("sum", ask("SELECT sum(n) FROM counts"), "800")

-- A worker that dies in a transaction: the server undoes it, that item fails, and a new worker opens a connection of its own.
do
    local pool <close> = plait.Pool{ processes = 1, init = open }
    local ok, err = pcall(pool.map, pool, function()
        run("BEGIN")
        run("UPDATE counts SET n = 1000")
        os.exit(9)
    end, { 1 })
    check("died", plait.kind(err), "died")
    check("next", pool:map(add, { 1 })[1], true)
    check("undone", ask("SELECT sum(n) FROM counts"), "801")
end

-- Cancelled in a query: the worker goes on when the server is done with it, here after 0.2 s, and the clean-up of the job runs.
do
    local pool <close> = plait.Pool{ threads = 1, init = open }
    local begun = plait.Channel(1)
    local long = pool:submit(function()
        run("BEGIN")
        local _ <close> = setmetatable({}, { __close = function() run("ROLLBACK") end })
        run("UPDATE counts SET n = 1000")
        begun:send(true)
        run("SELECT pg_sleep(0.2)")
        sleep(0)
    end)
    begun:recv()
    long:cancel()
    local ok, err = pcall(await, long)
    check("cancelled", plait.kind(err), "cancelled")
    check("goes on", await(pool:submit(add, 1)), true)
    check("rolled back", ask("SELECT sum(n) FROM counts"), "802")
end

-- The pool is cancelled in a query, and its server stops that: it does not take an hour.
do
    local pool = plait.Pool{ threads = 2, init = open }
    local begun = plait.Channel(2)
    local jobs = {}
    for i = 1, 2 do
        jobs[i] = pool:submit(function()
            run("SET statement_timeout = 300")
            begun:send(true)
            run("SELECT pg_sleep(3600)")
        end)
    end
    begun:recv()
    begun:recv()
    pool:cancel()
    check("joined", pool:join(60), true)
    for _, job in ipairs(jobs) do check("ended", (pcall(await, job)), false) end
end

-- Who blocks its thread in a query while others are ready is told of.
local code = [[
local db = assert(require("luasql.postgres").postgres():connect(...))
async(function() end)
db:execute("SELECT pg_sleep(0.5)")
]]
plait.fs.write("stall.lua", code)
local stalled = plait.exec{ arg[-3], "--stall", "0.1", "stall.lua", address }
check("told", stalled.stderr:match("the main script blocks its thread in (.*)"), [[
the C function 'execute' (stall.lua:3) while 1 other strand is ready
  hint: await(to_thread(f, ...)) lets them run
]])

-- psql as another program: run to its end, and talked to.
check("stdin", server.psql{ stdin = "SELECT 40 + 2;\nSELECT 'x';\n" }.stdout, "42\nx\n")
local failed = server.psql{ "-c", "SELECT * FROM nowhere" }
check("code", failed.code, 1)
check("stderr", failed.stderr:match("^[^\n]*"), 'ERROR:  relation "nowhere" does not exist')
local rows = server.psql{ "-c", "SELECT repeat('x', 99) FROM generate_series(1, 100000)" }
check("rows", #rows.stdout, 100000 * 100)
local sum, message = server.psql{ "-c", "SELECT pg_sleep(3600)", timeout = 0.2 }
check("timeout", message, "timeout")

local words = server.command{}
words.stdin, words.stdout = "pipe", "pipe"
local psql = spawn_process(words)
for i = 1, 200 do
    psql.stdin:write("SELECT ", i, " * 2;\n")
    check("answer", psql.stdout:read("l"), tostring(i * 2))
end
psql.stdin:write("CREATE TABLE copied (n INTEGER, text TEXT);\nCOPY copied FROM STDIN;\n")
for i = 1, 1000 do psql.stdin:write(i, "\tline ", i, "\n") end
psql.stdin:write("\\.\nSELECT count(*), sum(n) FROM copied;\n")
check("copied", psql.stdout:read("l"), "1000|500500")
psql.stdin:close()
check("ended", await(psql), 0)

-- psql by way of a proxy in Lua, that understands as much of the protocol as it takes to pass on whole messages: a letter, the
-- length of what follows, with itself, in 4 bytes. The first message of a client has no letter.
local function pass_on(from, to, seen)
    local head = from:read(4)
    if seen.starts then to:write(head, from:read(string.unpack(">I4", head) - 4)) end
    head = seen.starts and from:read(5) or head .. from:read(1)
    while head do
        local letter, size = string.unpack(">c1I4", head)
        to:write(head, size > 4 and from:read(size - 4) or "")
        seen[letter] = (seen[letter] or 0) + 1
        head = from:read(5)
    end
    to:shutdown()
end
local seen, answers = { starts = true }, {}
local function serve(client)
    local client <close> = client
    local backend <close> = assert(plait.net.connect("unix:" .. server.socket))
    gather{ async(pass_on, client, backend, seen), async(pass_on, backend, client, answers) }
end
for _, address in ipairs{ "localhost:0", "unix:" .. server.folder .. "/.s.PGSQL.1" } do
    local listener <close> = assert(plait.net.listen(address))
    local accepting = async(function()
        plait.scope(function() for client in listener do async(serve, client) end end)
    end)
    local host = listener.port and "localhost" or server.folder
    local clients = {}
    for i = 1, 8 do
        local query = ("SELECT sum(x) FROM generate_series(1, %d) x; SELECT repeat('y', 1000) FROM generate_series(1, 2000)"):format(i)
        clients[i] = async(server.psql, { "-p", tostring(listener.port or 1), stdin = query, check = true, timeout = 60,
            env = { PATH = os.getenv("PATH"), PGSSLMODE = "disable", PGGSSENCMODE = "disable" } }, host)
    end
    for i, result in ipairs(gather(clients)) do
        local first, rest = result.stdout:match("^(%d+)\n(.*)$")
        check("proxied sum", first, tostring(i * (i + 1) // 2))
        check("proxied rows", #rest, 2000 * 1001)
    end
    listener:close()
    await(accepting)
end
check("queries", seen.Q, 32)
check("ends", seen.X, 16)
check("rows", answers.D, 16 * 2001)

print("done")
