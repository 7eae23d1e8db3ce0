-- SQLite from pool threads and processes: no transaction is lost, half a one is undone, whoever dies or is cancelled in it.
--! needs: luasql.sqlite3
local folder <close> = plait.fs.temp_folder()
local path = folder.path .. "/test.db"
local function open()
    db = assert(require("luasql.sqlite3").sqlite3():connect(path, 60000))
    db:execute("PRAGMA synchronous = OFF")
end
local function run(query)
    local result, message = db:execute(query)
    if not result then error(message, 0) end
    return result
end
local function value(query)
    local rows = run(query)
    local result = rows:fetch()
    rows:close()
    return math.tointeger(result)
end
local function transaction(body)
    local is_done = false
    run("BEGIN IMMEDIATE")
    local _ <close> = setmetatable({}, { __close = function() if not is_done then run("ROLLBACK") end end })
    body()
    run("COMMIT")
    is_done = true
end
local function add(i)
    local id = i % 3 + 1
    transaction(function() run(("UPDATE counts SET n = %d WHERE id = %d"):format(value("SELECT n FROM counts WHERE id = " .. id) + 1, id)) end)
    return true
end

local function make() run("CREATE TABLE counts (id INTEGER PRIMARY KEY, n INTEGER)") run("INSERT INTO counts VALUES (1, 0), (2, 0), (3, 0)") end
local function sum() return value("SELECT sum(n) FROM counts") end
local numbers = {}
for i = 1, 200 do numbers[i] = i end
do
    local pool <close> = plait.Pool{ threads = 4, init = open }
    await(pool:submit(make))
    print(#pool:map(add, numbers), await(pool:submit(sum))) --> 200	200
end

-- Processes; one of them dies in a transaction: the next worker finds the file as it was.
local workers <close> = plait.Pool{ processes = 2, init = open }
print(#workers:map(add, numbers), await(workers:submit(sum))) --> 200	400
local died = workers:submit(function()
    run("BEGIN IMMEDIATE")
    run("UPDATE counts SET n = 1000")
    os.exit(9)
end)
print(plait.kind(select(2, pcall(await, died)))) --> died
print(workers:map(add, { 1 })[1], await(workers:submit(sum))) --> true	401

-- One fails half-way, one is cancelled half-way, where it waits: both are undone, and the connection is good for the next.
local pool <close> = plait.Pool{ threads = 1, init = open }
print(select(2, pcall(await, pool:submit(transaction, function()
    run("UPDATE counts SET n = 1000")
    error("half-way", 0)
end)))) --> half-way
local begun = plait.Channel(1)
local waits = pool:submit(transaction, function()
    run("UPDATE counts SET n = 1000")
    begun:send(true)
    plait.Event():wait()
end)
begun:recv()
waits:cancel()
print(plait.kind(select(2, pcall(await, waits)))) --> cancelled
print(await(pool:submit(add, 1)), await(pool:submit(sum))) --> true	402

-- A query that takes long is over before its job is: the pool ends all the same, soon after that.
local long = pool:submit(function()
    begun:send(true)
    return value("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 300000) SELECT count(*) FROM c")
end)
begun:recv()
pool:cancel()
print(pool:join(60)) --> true
pcall(await, long) -- it may just have had its result

-- A file that is locked for too long is an error and no hang.
local holder <close> = plait.Pool{ threads = 1, init = open }
await(holder:submit(function() run("BEGIN IMMEDIATE") end))
local other <close> = plait.Pool{ threads = 1, init = function() db = require("luasql.sqlite3").sqlite3():connect(path, 50) end }
print(select(2, pcall(await, other:submit(add, 1)))) --> LuaSQL: database is locked
await(holder:submit(function() run("ROLLBACK") end))
print(await(other:submit(add, 1)), await(other:submit(sum))) --> true	403
