-- model.lua - random sequences of operations on a shared object, compared with
-- a model of it in plain Lua.
--
--     require("model").run{
--         make = function() return plait.Lock(), {queue = {}} end,
--         choose = function(m, w) return "acquire" end,
--         perform = {acquire = function(lock) return lock:acquire() end},
--         model = {acquire = function(m, w) ... end},
--     }
--
-- A few workers, which are tasks, operate on one object. `choose` returns the
-- name of the next operation of worker w, and its arguments; `perform` carries
-- it out, `model` says what it returns. A function of the model returns the
-- results, `model.raises(kind)`, or `model.waits`; what ends the wait of
-- another worker calls m:finish(worker, results...), or m:finish_one_of if it
-- is open whose wait ends. A worker that waits may be cancelled, one that does
-- not may end: `model.cancelled(m, w)` and `model.ended(m, w)` tell the model,
-- if they are there.
--
-- `perform.begin(object)` comes first, in each process, if it is there: for what
-- only the first operation asks of the object's home.
--
-- A wait whose cancellation waits in its turn can be kept from it: with
-- `may_cancel(m, w)`; then `unblock(m)` is an operation that brings the end of
-- such waits nearer, as choose.
--
-- The same sequences run with all workers in the main script, all in a child
-- process, and some here, some there; the object is always the main script's.
--
-- PLAIT_STRESS=1 runs 100 000 of them; PLAIT_SEED=N begins with that one.

local model = {}

local WORKERS = 3
local PATIENCE = 30 -- seconds

model.waits = setmetatable({}, { __tostring = function() return "waits" end })

function model.raises(kind) return "error", kind end

-- Takes worker w out of a queue of workers, if it is there.
function model.leave(queue, w)
    for i, waiting in ipairs(queue) do
        if waiting == w then return table.remove(queue, i) end
    end
end

-- ---- What happened, as text ----

local function show(v, object)
    if v == object then return "itself" end
    if type(v) == "string" then return #v > 20 and #v .. " bytes" or v end
    if type(v) == "table" then return "{" .. tostring(v[1]) .. "}" end
    return tostring(v)
end

local function join(object, ...)
    local words = table.pack(...)
    for i = 1, words.n do words[i] = show(words[i], object) end
    return table.concat(words, " ")
end

local function outcome(object, ok, ...)
    if ok then return join(object, ...) end
    local err = ...
    return "error " .. (plait.kind(err) or tostring(err))
end

-- ---- A crew: workers in this state ----

local Crew = {}
Crew.__index = Crew

function Crew.new(perform, completions)
    return setmetatable({ perform = perform, completions = completions }, Crew)
end

function Crew:begin(object)
    self.object, self.workers = object, {}
    if self.perform.begin then self.perform.begin(object) end
end

local function work(crew, w, worker)
    while worker.mailbox:recv() do
        local command = worker.command
        local operation = crew.perform[command[1]]
        worker.result = outcome(crew.object, pcall(operation, crew.object,
            table.unpack(command, 2, command.n)))
        crew.completions:send{ w, worker.result }
    end
end

-- Lets worker w do it; it has begun when this returns.
function Crew:command(w, command)
    local worker = self.workers[w]
    if not worker then
        worker = { mailbox = plait.Channel(1) }
        worker.task = async{ work, self, w, worker, daemon = true }
        self.workers[w] = worker
    end
    worker.command, worker.result = command, nil
    worker.mailbox:send(true)
    plait.yield()
end

-- A worker that was cancelled cannot tell its result: waits raise.
function Crew:cancel(w)
    local worker = self.workers[w]
    self.workers[w] = nil
    worker.task:cancel()
    pcall(await, worker.task)
    self.completions:send{ w, worker.result or "error cancelled" }
end

function Crew:dismiss(w)
    local worker = self.workers[w]
    self.workers[w] = nil
    if not worker then return end
    worker.mailbox:close()
    await(worker.task)
end

function Crew:finish()
    for w in pairs(self.workers) do self:dismiss(w) end
end

-- ---- A crew in a child process ----

local function serve(perform, orders, acks, completions)
    local crew = Crew.new(perform, completions)
    for order in orders do
        crew[order[1]](crew, order[2], order[3])
        acks:send(true) -- after what the workers have asked
    end
end

local Far = {}
Far.__index = function(self, name)
    return function(_, ...)
        self.orders:send{ name, ... }
        self.acks:recv()
    end
end

function Far.new(perform, completions)
    local orders, acks = plait.Channel(1), plait.Channel(1)
    local child = spawn_process(serve, perform, orders, acks, completions)
    return setmetatable({ orders = orders, acks = acks, child = child }, Far)
end

-- ---- Workers 1 here, the others there ----

local Mixed = {}
Mixed.__index = Mixed

function Mixed.new(perform, completions)
    return setmetatable({ near = Crew.new(perform, completions),
        far = Far.new(perform, completions) }, Mixed)
end

function Mixed:begin(object)
    self.near:begin(object)
    self.far:begin(object)
end

for _, name in ipairs{ "command", "cancel", "dismiss" } do
    Mixed[name] = function(self, w, ...)
        local crew = w == 1 and self.near or self.far
        return crew[name](crew, w, ...)
    end
end

function Mixed:finish()
    self.near:finish()
    self.far:finish()
end

-- ---- One sequence ----

local Model = {}
Model.__index = Model

-- The wait of worker w is over.
function Model:finish(w, ...)
    self.waiting[w] = nil
    self.expected[w] = join(self.object, ...)
end

-- The wait of one of them is over, it shows of which: `results` has a packed
-- table for each. Then chosen(w) is called.
function Model:finish_one_of(results, chosen)
    self.either = { chosen = chosen }
    for w, result in pairs(results) do
        self.either[w] = join(self.object, table.unpack(result, 1, result.n))
    end
end

-- Takes an operation or event into the model.
local function predict(m, spec, w, name, ...)
    m.expected = {}
    if name == "cancel" then
        m.waiting[w] = nil
        m:finish(w, model.raises "cancelled")
        if spec.model.cancelled then spec.model.cancelled(m, w) end
        if spec.model.ended then spec.model.ended(m, w) end
    elseif name == "end" then
        if spec.model.ended then spec.model.ended(m, w) end
    else
        local results = table.pack(spec.model[name](m, w, ...))
        if results[1] == model.waits then
            -- Unless it is over by now.
            if not m.expected[w] then m.waiting[w] = name end
        else
            m:finish(w, table.unpack(results, 1, results.n))
        end
    end
end

-- If it is one whose wait might end, it is the one.
local function decide(m, w)
    local either = m.either
    if not either or not either[w] then return end
    m.either, m.waiting[w], m.expected[w] = nil, nil, either[w]
    either.chosen(w)
end

local function compare(m, completions, history)
    local text = {}
    while next(m.expected) or m.either do
        local told = completions:recv(PATIENCE)
        local w, result = nil, "nothing happened"
        if told then w, result = told[1], told[2] end
        if w then decide(m, w) end
        local wanted = w and m.expected[w] or w and "nothing"
            or "worker " .. (next(m.expected) or "?") .. " to go on"
        if wanted ~= result then
            return ("worker %s: %s, expected %s"):format(w or "?", result, wanted)
        end
        m.expected[w] = nil
        text[#text + 1] = w .. ": " .. result
    end
    local more = completions:try_recv()
    if more then
        return ("worker %d: %s, expected nothing"):format(more[1], more[2])
    end
    history[#history] = history[#history] .. "  -- " ..
        (#text > 0 and table.concat(text, ", ") or "waits")
end

local function act(crew, w, name, ...)
    if name == "cancel" then return crew:cancel(w) end
    if name == "end" then return crew:dismiss(w) end
    return crew:command(w, table.pack(name, ...))
end

local function step(m, spec, crew, completions, history, w, ...)
    history[#history + 1] = w .. " " .. join(m.object, ...)
    predict(m, spec, w, ...)
    act(crew, w, ...)
    return compare(m, completions, history)
end

local function may_cancel(m, spec, w)
    return not spec.may_cancel or spec.may_cancel(m, w)
end

-- The next operation: of a worker that does not wait, if there is one.
local function choose(m, spec)
    local w = math.random(WORKERS)
    if m.waiting[w] then
        if m.is_quick or math.random(4) > 1 then
            w = w % WORKERS + 1
            if m.waiting[w] then w = w % WORKERS + 1 end
        end
        if m.waiting[w] then
            if may_cancel(m, spec, w) then return w, "cancel" end
            return spec.unblock(m)
        end
    elseif spec.model.ended and math.random(12) == 1 then
        return w, "end"
    end
    return w, spec.choose(m, w)
end

local function end_a_wait(m, spec)
    for w = 1, WORKERS do
        if m.waiting[w] and may_cancel(m, spec, w) then return w, "cancel" end
    end
    return spec.unblock(m)
end

local function run_sequence(spec, crew, completions, object, m, seed)
    math.randomseed(seed)
    m.object, m.waiting, m.expected = object, {}, {}
    setmetatable(m, Model)
    if spec.begin then spec.begin(m) end
    crew:begin(object)
    local history, wrong = {}, nil
    for _ = 1, math.random(3, 20) do
        wrong = step(m, spec, crew, completions, history, choose(m, spec))
        if wrong then return wrong, history end
    end
    while next(m.waiting) do
        wrong = step(m, spec, crew, completions, history, end_a_wait(m, spec))
        if wrong then return wrong, history end
    end
    crew:finish()
end

-- ---- Many of them ----

-- How many sequences at most, and in how many seconds at most.
local sizes = { here = 1500, there = 300, mixed = 150 }
local SECONDS = 1
local stress_sizes = { here = 100000, there = 20000, mixed = 5000 }

-- Returns nil, or what went wrong. `objects()` returns an object and its model.
local function run_many(spec, crew, completions, objects, first, count)
    local is_full = os.getenv("PLAIT_STRESS")
    local ends = is_full and math.huge or plait.now() + SECONDS
    for seed = first, first + count - 1 do
        if plait.now() > ends then return end
        local object, m = objects(seed)
        local wrong, history = run_sequence(spec, crew, completions, object, m,
            seed)
        if wrong then
            return ("%s; PLAIT_SEED=%d\n  %s"):format(wrong, seed,
                table.concat(history, "\n  "))
        end
    end
end

local function make_seeded(spec)
    return function(seed)
        math.randomseed(seed)
        return spec.make()
    end
end

-- Runs in the child: objects come from home, in batches.
local function run_there(spec, batches, first, count)
    local completions = plait.Channel(math.huge)
    local batch, position = nil, 0
    local function objects()
        if not batch or position == #batch then
            batch, position = batches:recv(), 0
        end
        position = position + 1
        return batch[position][1], batch[position][2]
    end
    return run_many(spec, Crew.new(spec.perform, completions), completions,
        objects, first, count)
end

local places = {}

function places.here(spec, first, count)
    local completions = plait.Channel(math.huge)
    return run_many(spec, Crew.new(spec.perform, completions), completions,
        make_seeded(spec), first, count)
end

function places.there(spec, first, count)
    local batches, make = plait.Channel(1), make_seeded(spec)
    local child = spawn_process(run_there, spec, batches, first, count)
    local feeder = async{ function()
        local batch = {}
        for seed = first, first + count - 1 do
            batch[#batch + 1] = table.pack(make(seed))
            if #batch == 50 or seed == first + count - 1 then
                batches:send(batch)
                batch = {}
            end
        end
    end, daemon = true }
    local wrong = await(child)
    feeder:cancel()
    return wrong
end

function places.mixed(spec, first, count)
    local completions = plait.Channel(math.huge)
    local crew = Mixed.new(spec.perform, completions)
    local wrong = run_many(spec, crew, completions, make_seeded(spec), first,
        count)
    rawget(crew.far, "orders"):close() -- ends the child
    return wrong
end

-- Prints "no difference", or the first one in each place.
function model.run(spec)
    local first = tonumber(os.getenv("PLAIT_SEED")) or os.time() * 1000
    local told = "no difference"
    for _, place in ipairs{ "here", "there", "mixed" } do
        local count = sizes[place]
        if os.getenv("PLAIT_STRESS") then count = stress_sizes[place] end
        local wrong = places[place](spec, first, count)
        if wrong then told = place .. ": " .. wrong; print(told) end
    end
    if told == "no difference" then print(told) end
end

return model
