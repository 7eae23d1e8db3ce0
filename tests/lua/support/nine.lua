-- nine.lua - runs one test body nine ways: a task, a thread or a process on
-- the left, a task, a thread or a process on the right.
--
--     nine.run{
--         make = function() return plait.Lock() end,
--         left = function(side, lock) ... side:say(lock:locked()) ... end,
--         right = function(side, lock) ... end,
--     }
--
-- `make` returns the objects that both get. It is called by the main script,
-- then by the left side and then by the right one, which sends the objects to
-- the other; and children of children are sides as well. What the sides say
-- must be the same each time, and is printed once: left's lines, then right's.

local nine = {}

local PATIENCE = 20 -- seconds, before something is said to hang

local is_slow = os.getenv("PLAIT_PRESET") == "asan"
    or os.getenv("PLAIT_PRESET") == "tsan"

-- ---- A side ----

local Side = {}
Side.__index = Side

-- One line of what is told at the end.
function Side:say(...)
    local words = table.pack(...)
    for i = 1, words.n do words[i] = tostring(words[i]) end
    self.lines[#self.lines + 1] = table.concat(words, " ")
end

-- Gives the other side something (true): it is what its take returns.
function Side:give(v)
    if v == nil then v = true end
    self.outbox:send(v)
end

function Side:take()
    local v, why = self.inbox:recv(PATIENCE)
    if v == nil then error("nothing came from the other side: " .. why, 2) end
    return v
end

-- Both are here now.
function Side:meet()
    self:give()
    self:take()
end

-- The kind of the error that f raises.
function Side:kind(f, ...)
    local ok, err = pcall(f, ...)
    if ok then return "no error" end
    return plait.kind(err) or "no kind: " .. tostring(err)
end

-- Starts f as a task and lets it run until it waits.
function Side:start(f, ...)
    local task = async(f, ...)
    plait.yield()
    return task
end

-- Cancels a task that waits: the kind of its error.
function Side:cancel(task)
    task:cancel()
    return self:kind(await, task)
end

nine.Side = Side

-- What a side's strand runs.
local function run_side(body, inbox, outbox, make, objects)
    local side = setmetatable({ lines = {}, inbox = inbox, outbox = outbox },
        Side)
    if make then
        objects = table.pack(make())
        side:give(objects)
    elseif not objects then
        objects = side:take()
    end
    body(side, table.unpack(objects, 1, objects.n))
    side:meet() -- an object ends with the process that made it
    return side.lines
end

-- ---- The ways ----

local start = { task = async, thread = spawn_thread, process = spawn_process }

local function wait_for_child(...) return await(spawn_process(...)) end
local function wait_for_thread(...) return await(spawn_thread(...)) end

-- A child of a child, and a thread of a child.
function start.grandchild(...) return spawn_process(wait_for_child, ...) end
function start.inner(...) return spawn_process(wait_for_thread, ...) end

local function add_ways(ways, lefts, rights, makers)
    for _, left in ipairs(lefts) do
        for _, right in ipairs(rights) do
            for _, maker in ipairs(makers) do
                ways[#ways + 1] = { left = left, right = right, maker = maker }
            end
        end
    end
end

local function list_ways(test)
    local ways, three = {}, { "task", "thread", "process" }
    local makers = { "main", "left", "right" }
    if test.made_by_main then makers = { "main" } end
    add_ways(ways, three, three, { "main" })
    if #makers > 1 then
        add_ways(ways, three, three, { "left" })
        add_ways(ways, is_slow and { "process" } or three, three, { "right" })
    end
    add_ways(ways, { "grandchild" }, { "task", "grandchild" }, makers)
    if is_slow then return ways end
    add_ways(ways, { "process", "inner" }, { "grandchild" }, makers)
    add_ways(ways, { "task", "process" }, { "inner" }, makers)
    return ways
end

local function name_of(way)
    return ("%s x %s, made by %s"):format(way.left, way.right, way.maker)
end

local function run_way(test, way)
    local to_left, to_right = plait.Channel(math.huge), plait.Channel(math.huge)
    local objects = way.maker == "main" and table.pack(test.make()) or nil
    local left = start[way.left](run_side, test.left, to_left, to_right,
        way.maker == "left" and test.make, objects)
    local right = start[way.right](run_side, test.right, to_right, to_left,
        way.maker == "right" and test.make, objects)
    local watchdog = plait.after{ PATIENCE, function()
        left:cancel("it takes too long")
        right:cancel("it takes too long")
    end, daemon = true }
    local lines = gather(left, right)
    watchdog:cancel()
    for i, line in ipairs(lines[1]) do lines[1][i] = "left " .. line end
    for _, line in ipairs(lines[2]) do
        table.insert(lines[1], "right " .. line)
    end
    return table.concat(lines[1], "\n")
end

-- Several ways at a time: that is faster, and they get into each other's way.
local function run_all(test, ways)
    local next_way, told, failed = 0, {}, 0
    local function runner()
        while next_way < #ways and failed < 3 do
            next_way = next_way + 1
            local i = next_way
            local ok, text = pcall(run_way, test, ways[i])
            told[i] = ok and text or "error: " .. tostring(text)
            if not ok then failed = failed + 1 end
        end
    end
    local runners = {}
    for i = 1, is_slow and 2 or 4 do runners[i] = async(runner) end
    gather(runners)
    return told
end

function nine.run(test)
    local ways = list_ways(test)
    local told = run_all(test, ways)
    print(told[1])
    for i, way in ipairs(ways) do
        if told[i] and told[i] ~= told[1] then
            print("different: " .. name_of(way))
            print(told[i])
        end
    end
end

return nine
