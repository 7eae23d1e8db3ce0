-- Locks and an Array: transfers between accounts, by threads and by a process. A transfer takes the locks of both
-- accounts, the lower number first; the balances are in memory that all of them share.

local ACCOUNTS, START = 6, 1000

local locks = {}
for i = 1, ACCOUNTS do locks[i] = plait.Lock() end
local balances = plait.Array("i64", ACCOUNTS)
balances:fill(START)

-- True, or nil and why not.
local function transfer(from, to, amount)
    local _ <close> = locks[math.min(from, to)]:acquire()
    local _ <close> = locks[math.max(from, to)]:acquire()
    if balances[from] < amount then return nil, "not enough money" end
    balances:add(from, -amount)
    balances:add(to, amount)
    return true
end

local function clerk(seed, count)
    math.randomseed(seed)
    local done = 0
    for _ = 1, count do
        local from = math.random(ACCOUNTS)
        local to = (from + math.random(ACCOUNTS - 1) - 1) % ACCOUNTS + 1
        if transfer(from, to, math.random(500)) then done = done + 1 end
    end
    return done
end

-- With all the locks, the sum must be right at any time.
local function audit()
    for _, lock in ipairs(locks) do lock:acquire() end
    local sum = 0
    for _, balance in ipairs(balances) do sum = sum + balance end
    for _, lock in ipairs(locks) do lock:release() end
    return sum
end

local clerks = {
    spawn_thread(clerk, 1, 2000), spawn_thread(clerk, 2, 2000), spawn_process(clerk, 3, 200),
}
for i = 1, 3 do print(("audit %d: %d"):format(i, audit())) end
local transfers = 0
for _, done in ipairs(gather(clerks)) do transfers = transfers + done end

for _, balance in ipairs(balances) do assert(balance >= 0) end
print(("after many transfers: %d, and no account below 0"):format(audit()))
assert(transfers > 1000)
