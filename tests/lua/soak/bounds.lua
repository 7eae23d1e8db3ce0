-- Scopes, time-outs, deadlines and shields leave nothing, however they are left: no block of memory, no timer, no
-- reference in the registry.
local internal = require "plait.internal"
local rounds = os.getenv("PLAIT_STRESS") and 20000 or 300

local function drop_in_coroutine(enter)
    coroutine.wrap(function()
        local bound <close> = enter()
        coroutine.yield()
    end)()
end

local function cancelled(f)
    local task = async(f)
    plait.yield()
    task:cancel()
    pcall(await, task)
end

local function fail() error("boom", 0) end

local ways = {
    scope = function() local s <close> = plait.scope() s:async(plait.yield) s:async(plait.yield) end,
    scope_fails = function() pcall(plait.scope, function(s) s:async(sleep, 60) s:async(fail) sleep(60) end) end,
    scope_left = function() pcall(plait.scope, function(s) s:async(sleep, 60) error("x", 0) end) end,
    scope_cancel = function() plait.scope(function(s) s:async(sleep, 60) s:cancel("x") end) end,
    scope_cancelled = function() cancelled(function() local s <close> = plait.scope() s:async(sleep, 60) end) end,
    scope_dropped = function() plait.scope():async(plait.yield) end,
    scope_in_coroutine = function() drop_in_coroutine(plait.scope) end,
    timeout = function() plait.timeout(60, plait.yield) end,
    timeout_over = function() plait.timeout(0, sleep, 60) end,
    timeout_fails = function() pcall(plait.timeout, 60, fail) end,
    timeout_cancelled = function() cancelled(function() plait.timeout(60, sleep, 60) end) end,
    deadline = function() local d <close> = plait.deadline(60) end,
    deadline_over = function() pcall(function() local d <close> = plait.deadline(0) sleep(60) end) end,
    deadline_dropped = function() plait.deadline(60) end,
    deadline_kept = function() await(async(function() plait.deadline(60) end)) end,
    scope_kept = function() await(async(function() plait.scope() end)) end,
    deadline_in_coroutine = function() drop_in_coroutine(function() return plait.deadline(60) end) end,
    deadline_cancelled = function() cancelled(function() local d <close> = plait.deadline(60) sleep(60) end) end,
    shield = function() plait.shield(plait.yield) end,
    shield_fails = function() pcall(plait.shield, fail) end,
    shield_in_coroutine = function() coroutine.wrap(plait.shield)(coroutine.yield) end,
    gather_fails = function() pcall(gather, fail, function() sleep(60) end) end,
    gather_cancelled = function() cancelled(function() gather(async(sleep, 60)) end) end,
}

local function measure()
    for _ = 1, 3 do plait.yield() end -- what is left of tasks ends
    collectgarbage()
    collectgarbage()
    return internal.block_count(), #debug.getregistry()
end

-- What one more series of rounds adds: blocks, references.
local function growth(run)
    local blocks, references = measure()
    for _ = 1, rounds do run() end
    local blocks_now, references_now = measure()
    return blocks_now - blocks, references_now - references
end

for name, run in pairs(ways) do
    for _ = 1, rounds do run() end -- coroutines and tables get their size
    local blocks, references
    -- The registry keeps places for as many as there were at a time, which depends
    -- on the collector: what leaks does so each time.
    for _ = 1, 5 do
        blocks, references = growth(run)
        if blocks <= 3 and references <= rounds // 2 then break end
    end
    if blocks > 3 then print(name, blocks, "blocks") end
    if references > rounds // 2 then print(name, references, "references") end
end
print("done") --> done
