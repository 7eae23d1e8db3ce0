-- Pool: a few workers for many jobs: plait primes.lua [LIMIT]
-- A bar shows how far they are, if the standard error is a terminal and it takes long enough to look: try 2000000.

local STEP = 500
local LIMIT = math.tointeger(tonumber(arg[1]) or 60000)

local function count_primes(from)
    local count = 0
    for n = math.max(from, 2), from + STEP - 1 do
        local is_prime = true
        for d = 2, math.floor(math.sqrt(n)) do
            if n % d == 0 then
                is_prime = false
                break
            end
        end
        if is_prime then count = count + 1 end
    end
    return count
end

local starts = {}
for from = 0, LIMIT - STEP, STEP do starts[#starts + 1] = from end

local pool <close> = plait.Pool() -- a thread for each processor

local total = 0
for _, count in ipairs(pool:map(count_primes, starts, { progress = { label = "primes" } })) do total = total + count end
print(("%d primes below %d"):format(total, LIMIT))

-- imap gives results in order while later ones are still computed, and reads no further ahead than it is told. Leaving
-- the loop cancels what is under way.
local function starts_from(n)
    return function()
        n = n + STEP
        return n - STEP
    end
end

local sum = 0
for count in pool:imap(count_primes, starts_from(0), { ahead = 8 }) do
    sum = sum + count
    if sum >= 1000 then break end
end
print(("the first steps that have a thousand together have %d"):format(sum))

-- A process of its own for jobs that may crash: one fails, the others do not notice.
local careful <close> = plait.Pool{ processes = 2 }
local function risky(n)
    if n == 3 then os.exit(9) end
    return n * n
end
local jobs = {}
for n = 1, 5 do jobs[n] = careful:submit(risky, n) end
for n, result in ipairs(gather{ settle = true, table.unpack(jobs) }) do
    print(n, result.ok and result.value or plait.kind(result.error))
end
