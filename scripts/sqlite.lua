-- SQLite from the threads of a pool: a connection for each worker, transactions that are made whole or not at all.
-- Needs the module luasql.sqlite3 (Debian: lua-sql-sqlite3).
local folder <close> = plait.fs.temp_folder()
local path = folder.path .. "/bank.db"
local ACCOUNTS <const>, START <const>, TRANSFERS <const> = 10, 100, 200

-- Each worker calls it first. The connection is a global of the worker's own state, where its jobs find it. A writer that
-- finds the file locked waits for up to a minute, inside of SQLite.
local function open()
    db = assert(require("luasql.sqlite3").sqlite3():connect(path, 60000))
    assert(db:execute("PRAGMA synchronous = OFF")) -- faster, and good enough for an example
end

-- The handler makes up for whatever ends the body: an error, a time-out, a cancellation.
local function transaction(body, ...)
    local is_done = false
    assert(db:execute("BEGIN IMMEDIATE"))
    local _ <close> = setmetatable({}, { __close = function() if not is_done then db:execute("ROLLBACK") end end })
    local result = body(...)
    assert(db:execute("COMMIT"))
    is_done = true
    return result
end

local function value(query, ...)
    local rows = assert(db:execute(query:format(...)))
    local result = rows:fetch()
    rows:close()
    return result
end

local pool <close> = plait.Pool{ threads = 4, init = open }

await(pool:submit(transaction, function()
    db:execute("CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER CHECK (balance >= 0))")
    for id = 1, ACCOUNTS do db:execute(("INSERT INTO accounts VALUES (%d, %d)"):format(id, START)) end
end))

-- One job is one transaction. Some fail half-way, when the money is already gone from where it was.
local function transfer(number)
    local from, to = number % ACCOUNTS + 1, number * 7 % ACCOUNTS + 1
    return pcall(transaction, function()
        assert(db:execute(("UPDATE accounts SET balance = balance - 1 WHERE id = %d"):format(from)))
        if number % 10 == 0 then error("the bank has closed") end
        assert(db:execute(("UPDATE accounts SET balance = balance + 1 WHERE id = %d"):format(to)))
    end)
end

local numbers, done = {}, 0
for i = 1, TRANSFERS do numbers[i] = i end
for is_done in pool:imap(transfer, numbers, { ordered = false, progress = { label = "transfers" } }) do
    if is_done then done = done + 1 end
end
print(done .. " of " .. TRANSFERS .. " transfers")
print("in all accounts:", await(pool:submit(function() return value("SELECT sum(balance) FROM accounts") end)))

-- While the workers are busy, the main script and its tasks go on.
local ticks = 0
local clock = async{ function() while true do sleep(0.001) ticks = ticks + 1 end end, daemon = true }
local sums = pool:map(function(n)
    return value("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 200000) SELECT sum(x %% %d) FROM c", n)
end, { 2, 3, 5, 7 })
clock:cancel()
print("sums:", table.concat(sums, " "), ticks > 0 and "and the clock went on")
