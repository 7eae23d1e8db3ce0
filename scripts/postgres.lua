-- PostgreSQL from the threads of a pool: a connection for each worker, and queries that are stopped.
--
--     plait scripts/postgres.lua [ADDRESS]        -- "host=db.local user=me dbname=bank"
--
-- Needs the module luasql.postgres (Debian: lua-sql-postgres) and a server; the table is dropped at the end.
local address = arg[1] or "dbname=postgres"
local ACCOUNTS <const>, START <const>, TRANSFERS <const> = 10, 100, 200
local name = "plait_accounts_" .. plait.pid()

-- Each worker calls it first. The connection is a global of the worker's own state, where its jobs find it.
local function open() db = assert(require("luasql.postgres").postgres():connect(address)) end

local function run(query, ...)
    local result, message = db:execute(query:format(...))
    if not result then error(message, 0) end
    return result
end

local function value(query, ...)
    local rows = run(query, ...)
    local result = rows:fetch()
    rows:close()
    return result
end

-- The handler makes up for whatever ends the body: an error, a time-out, a cancellation.
local function transaction(body)
    local is_done = false
    run("BEGIN")
    local _ <close> = setmetatable({}, { __close = function() if not is_done then run("ROLLBACK") end end })
    body()
    run("COMMIT")
    is_done = true
end

local pool <close> = plait.Pool{ threads = 4, init = open }
await(pool:submit(function()
    run("CREATE TABLE %s AS SELECT id, %d AS balance FROM generate_series(0, %d) id", name, START, ACCOUNTS - 1)
end))

-- Two transfers that want the same accounts in different order may be told of a deadlock: one of them tries again.
local function transfer(number)
    local from, to = number % ACCOUNTS, number * 7 % ACCOUNTS
    while true do
        local is_done, message = pcall(transaction, function()
            run("UPDATE %s SET balance = balance - 1 WHERE id = %d", name, from)
            if number % 10 == 0 then error("the bank has closed", 0) end
            run("UPDATE %s SET balance = balance + 1 WHERE id = %d", name, to)
        end)
        if is_done or not tostring(message):find("deadlock") then return is_done end
    end
end

local numbers, done = {}, 0
for i = 1, TRANSFERS do numbers[i] = i end
for is_done in pool:imap(transfer, numbers, { ordered = false, progress = { label = "transfers" } }) do
    if is_done then done = done + 1 end
end
print(done .. " of " .. TRANSFERS .. " transfers")
print("in all accounts:", await(pool:submit(function() return value("SELECT sum(balance) FROM %s", name) end)))

-- Nothing interrupts a call of C: who cancels the job waits for the query. So it is the server that stops it, by a second
-- connection. (Or by itself: SET statement_timeout.)
local began = plait.Channel(1)
local long = pool:submit(function()
    began:send(value("SELECT pg_backend_pid()"))
    return value("SELECT pg_sleep(3600)")
end)
local backend = began:recv()
while not long:done() do -- as long as it has not even begun, there is nothing to stop
    await(pool:submit(function() return value("SELECT pg_cancel_backend(%d)", backend) end))
    sleep(0.01)
end
local ok, err = pcall(await, long)
print("the long query:", ok, (tostring(err):match("canceling.-request")))

print("within a limit:", await(pool:submit(function()
    run("SET statement_timeout = 100")
    local _, message = pcall(value, "SELECT pg_sleep(3600)")
    run("RESET statement_timeout")
    return tostring(message):match("canceling.-timeout")
end)))
await(pool:submit(function() run("DROP TABLE %s", name) end))
