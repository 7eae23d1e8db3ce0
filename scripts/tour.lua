-- A tour of plait: tasks, threads and processes, what they share, and what happens when something goes wrong.
-- Run it with `plait scripts/tour.lua`; it takes about three seconds. Times are rounded to a tenth of a second.

local function section(title)
    print(("\n-- %s %s"):format(title, ("-"):rep(76 - #title)))
end

local function show(label, ...)
    print(("   %-34s %s"):format(label, table.concat({...}, " ")))
end

-- Calls f(...) and shows how long it took, then returns its results.
local function timed(label, f, ...)
    local start = plait.now()
    local results = table.pack(f(...))
    show(label, ("%.1f s in all"):format(plait.now() - start))
    return table.unpack(results, 1, results.n)
end

---------------------------------------------------------------------------------------------------------------------
section("Tasks: any function may wait, and only the one that waits is suspended")

local function brew(drink, seconds)
    sleep(seconds)
    show(drink, ("ready after %.1f s"):format(seconds))
    return drink
end

local drinks = timed("all three together", function()
    return gather(async(brew, "tea", 0.3), async(brew, "coffee", 0.1), async(brew, "cocoa", 0.2))
end)
show("gather keeps the order", plait.repr({table.unpack(drinks)}))

---------------------------------------------------------------------------------------------------------------------
section("Three verbs of one shape: async, spawn_thread, spawn_process")

local function count_primes(from, to)
    local count = 0
    for n = math.max(from, 2), to do
        local is_prime = true
        for d = 2, math.floor(n ^ 0.5) do
            if n % d == 0 then
                is_prime = false
                break
            end
        end
        if is_prime then count = count + 1 end
    end
    return count
end

for _, verb in ipairs{"async", "spawn_thread", "spawn_process"} do
    local start = _G[verb]
    local handle = start(count_primes, 1, 10000)
    show(("await(%s(count_primes))"):format(verb), ("%d primes, from a %s"):format(await(handle), handle.kind))
end

---------------------------------------------------------------------------------------------------------------------
section("Threads run in parallel: each has a Lua state of its own")

local function seconds_of(f, ...)
    local start = plait.now()
    local result = f(...)
    return plait.now() - start, result
end

local function count_with_two_threads()
    local low, high = spawn_thread(count_primes, 1, 945000), spawn_thread(count_primes, 945001, 1500000)
    return await(low) + await(high)
end

local alone, primes = seconds_of(count_primes, 1, 1500000)
local together, same = seconds_of(count_with_two_threads)
show("primes up to 1500000", primes)
show("counted by two threads", same)
show("two threads take", ("%.1f s of %.1f s"):format(together, alone))

---------------------------------------------------------------------------------------------------------------------
section("What is shared is said to be: Value and Lock, the same for all strands")

local hits, account, lock = plait.Value(0), plait.Value(100), plait.Lock()

local function hit(times)
    for _ = 1, times do hits:add(1) end
end

local function transfer(amount)
    for _ = 1, 100 do
        local _ <close> = lock:acquire()
        account.value = account.value + amount
    end
end

gather(async(hit, 1000), spawn_thread(hit, 1000), spawn_process(hit, 1000))
show("3 strands, 1000 hits each", hits.value)
gather(async(transfer, 3), spawn_thread(transfer, -1), spawn_process(transfer, -2))
show("+3, -1, -2, a hundred times each", account.value)

---------------------------------------------------------------------------------------------------------------------
section("A write that would be lost is refused before the thread starts")

local counter = 0
local function increment()
    counter = counter + 1
end

local _, refusal = pcall(function() spawn_thread(increment) end)
for line in tostring(refusal):gmatch("[^\n]+") do print("   " .. line) end

---------------------------------------------------------------------------------------------------------------------
section("Pools: the same call on threads and on processes")

local function collatz_length(n)
    local length = 1
    while n ~= 1 do
        n = n % 2 == 0 and n // 2 or 3 * n + 1
        length = length + 1
    end
    return length
end

for _, kind in ipairs{"threads", "processes"} do
    local pool <close> = plait.Pool{[kind] = 2}
    show("map on 2 " .. kind, plait.repr(pool:map(collatz_length, {1, 7, 27, 97, 871, 6171})))
end

---------------------------------------------------------------------------------------------------------------------
section("Errors arrive as they were raised, from any strand")

local function withdraw(amount)
    error({class = "NotEnoughMoney", missing = amount - 100})
end

for _, verb in ipairs{"async", "spawn_thread", "spawn_process"} do
    local start = _G[verb]
    local _, err = pcall(await, start(withdraw, 250))
    show("from " .. verb, ("%s, %d missing"):format(err.class, err.missing))
end

---------------------------------------------------------------------------------------------------------------------
section("Processes isolate: a crash is an error where it is awaited")

local victim = spawn_process(sleep, 60)
local bystander = spawn_process(function() return "unharmed" end)
victim:kill()
local _, death = pcall(await, victim)
show("the victim", ("%s, signal %d"):format(plait.kind(death), victim.signal))
show("the bystander", await(bystander))

---------------------------------------------------------------------------------------------------------------------
section("Ten thousand tasks, asleep at the same time")

local sum = 0
local tasks = {}
for i = 1, 10000 do
    tasks[i] = async(function()
        sleep(0.2)
        sum = sum + i
    end)
end
timed("10000 tasks sleep 0.2 s", gather, tasks)
show("no lock needed, no write lost", sum)
print()
