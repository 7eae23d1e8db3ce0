-- states.lua - what a strand may be at when it is to stop, and the ways in which it is told to: used by stop/matrix.lua,
-- cli/stop_by_signal.sh and the bench.
--
-- A cell is a state, a kind of strand and a way. Its victim is a strand of that kind in that state.
local M = {}

M.kinds = { "task", "thread", "process" }
M.verbs = { task = "async", thread = "spawn_thread", process = "spawn_process" }

-- ThreadSanitizer delivers signals only where the program calls the C library: so it allocates.
local function spin()
    while true do local t = {} end
end

local function closing(c, name)
    return setmetatable({}, { __close = function()
        if c.closed then c.closed:try_send(name) else print("closed " .. name) end
    end })
end

-- `enter` never returns, as long as nobody gives it what it waits for. `wait`: what plait.strands() tells of it, or `blocked`: the
-- system call it is in (who is only slow to answer is blocked, too), or `running`: what its traceback has while it runs. `closes`:
-- what is closed when it stops, from the inside to the outside.
M.states = {
    sleep = { enter = function() sleep(1000) end, wait = "sleep" },
    lock = { enter = function(c) c.lock:acquire() end, wait = "lock" },
    channel = { enter = function(c) c.channel:recv() end, wait = "recv" },
    join = { enter = function(c) c.keeper:join() end, wait = "await" },
    condition = {
        enter = function(c)
            local _ <close> = c.condition:acquire()
            c.condition:wait()
        end,
        wait = "condition",
    },
    process = {
        enter = function()
            local s <close> = plait.scope()
            s:spawn_process("sleep", "1000"):await()
        end,
        wait = "await",
    },
    read = { enter = function() io.read() end, blocked = "read" },
    spin = { enter = function() spin() end, running = { "'spin'" } },
    spin_in_pcall = {
        enter = function()
            while true do pcall(spin) end
        end,
        running = { "'pcall'" },
    },
    spin_in_coroutines = {
        enter = function(c)
            local function nest(depth)
                local _ <close> = closing(c, "coroutine " .. depth)
                if depth == 3 then spin() end
                local co = coroutine.create(nest)
                while true do pcall(coroutine.resume, co, depth + 1) end
            end
            nest(1)
        end,
        running = { "'spin'", "in %?.*in %?" },
        closes = { "coroutine 3", "coroutine 2", "coroutine 1" },
    },
    generator = {
        enter = function(c)
            local function numbers()
                local _ <close> = closing(c, "generator")
                while true do coroutine.yield({}) end
            end
            for _ in coroutine.wrap(numbers) do end
        end,
        running = { "for iterator" },
        closes = { "generator" },
    },
}
M.names = { "sleep", "lock", "channel", "join", "condition", "process", "read", "spin", "spin_in_pcall", "spin_in_coroutines",
    "generator" }

-- The strand that is told to stop. With `limit` it has so many seconds.
function M.victim(name, c, limit)
    local _ <close> = closing(c, "victim")
    local _ <close> = setmetatable({}, { __close = function() sleep(0.001) end }) -- it may wait
    if limit then c.ordered:set(plait.now() + limit) end
    local _ <close> = limit and plait.deadline(limit) or nil
    c.ready:set()
    M.states[name].enter(c)
    sleep(1000) -- at the end of the program, when others were told before it, it may be given what it waited for
end

local function is_in(record, name)
    local state = M.states[name]
    if state.wait then return record.state == "waiting" and record.wait == state.wait end
    if state.blocked then return record.state == "blocked" and record.wait == state.blocked end
    if record.state ~= "running" or not record.traceback then return false end
    for _, pattern in ipairs(state.running) do
        if not record.traceback:find(pattern) then return false end
    end
    return true
end

-- Of a Lua state in a C function nobody can tell which task is in it.
local function is_victim(record, kind, name)
    if kind == "main" or kind == "task" and M.states[name].blocked then return record.key == "the main strand" end
    return record.kind == kind and record.name == "victim"
end

-- Returns when the victim is in that state.
local function watch(kind, name)
    while true do
        for _, record in ipairs(plait.strands()) do
            if is_victim(record, kind, name) and is_in(record, name) then return end
        end
        plait.yield()
    end
end

-- The strand that sees it, and then does what is to be done.
local function order(c, what, h)
    c.ready:wait()
    if c.settle then sleep(c.settle) else watch(c.kind, c.name) end
    c.seen:set()
    if what then c.ordered:set(plait.now()) end
    if what == "cancel" then h:cancel("enough") end
    if what == "fail" then error("boom", 0) end
end

-- `s`: a scope; else the victim belongs to the program.
local function start(c, s, limit)
    local options = { M.victim, c.name, c, limit, name = "victim" }
    local verb = M.verbs[c.kind]
    if c.name == "read" and c.kind == "process" then options.stdin = io.stdin end
    if s then return s[verb](s, options) end
    return _G[verb](options)
end

-- Each stops the victim, and returns its handle, and whether those who await get what they are to get, or else what they got.
M.ways = {
    cancel = function(c)
        local h = start(c)
        local orderer = spawn_thread(order, c, "cancel", h)
        local ok, err = pcall(await, h)
        c.ended = plait.now()
        await(orderer)
        return h, "cancelled", tostring(err) == "cancelled: enough" or tostring(err)
    end,
    timeout = function(c)
        local h
        c.ordered:set(plait.now() + c.limit)
        local ok, why = plait.timeout(c.limit, function()
            local s <close> = plait.scope()
            h = start(c, s)
        end)
        c.ended = plait.now()
        return h, "cancelled", ok == nil and why == "timeout" or tostring(why)
    end,
    deadline = function(c)
        local h = start(c, nil, c.limit)
        local ok, err = pcall(await, h)
        c.ended = plait.now()
        return h, "failed", plait.kind(err) == "timeout" or tostring(err)
    end,
    failure = function(c)
        local h
        local ok, err = pcall(plait.scope, function(s)
            h = start(c, s)
            s:spawn_thread(order, c, "fail")
        end)
        c.ended = plait.now()
        return h, "cancelled", err == "boom" or tostring(err)
    end,
}
M.way_names = { "cancel", "timeout", "deadline", "failure" }

-- Those who are not to notice. The thread has the lock, and is waited for.
local function stand_by(ask, answer, lock)
    if lock then lock:acquire() end
    for n in ask do answer:send(n) end
    if lock then lock:release() end
end

function M.bystanders()
    local b = { lock = plait.Lock(), ask = {}, answer = {}, handles = {} }
    for _, kind in ipairs(M.kinds) do
        b.ask[kind], b.answer[kind] = plait.Channel(), plait.Channel()
        b.handles[kind] = _G[M.verbs[kind]]{ stand_by, b.ask[kind], b.answer[kind], kind == "thread" and b.lock or nil,
            name = "bystander" }
    end
    b.ask.thread:send(0)
    b.answer.thread:recv() -- it has the lock now, before a victim can
    return b
end

-- What is wrong with them.
local function ask_around(b)
    for _, kind in ipairs(M.kinds) do
        local number = math.random(1 << 30)
        b.ask[kind]:send(number, 60)
        if b.answer[kind]:recv(60) ~= number then return "the " .. kind .. " beside it does not answer" end
    end
end

function M.dismiss(b)
    for _, kind in ipairs(M.kinds) do
        b.ask[kind]:close()
        await(b.handles[kind])
    end
end

-- What is there that was not before. `most`: of each kind.
function M.left(most)
    for name, list in pairs{ tasks = plait.tasks(), threads = plait.threads(), processes = plait.processes() } do
        if #list > most then return #list .. " " .. name .. " are there" end
    end
end

local function closed(c)
    local names = {}
    for name in c.closed.try_recv, c.closed do names[#names + 1] = name end
    return table.concat(names, ", ")
end

local function new_cell(kind, name, b, limit, settle)
    return { kind = kind, name = name, limit = limit, settle = settle, keeper = b.handles.thread, lock = b.lock,
        channel = plait.Channel(), condition = plait.Condition(), closed = plait.Channel(math.huge),
        ready = plait.Event(), seen = plait.Event(), ordered = plait.Value(0) }
end

-- One cell. Returns what is wrong, or nil, and the seconds from the order to the end. `settle`: seconds after which the victim
-- is taken to be in its state; else it is looked at.
function M.run(kind, name, way, b, settle)
    local limit = settle and 0.01 or 0.1
    while true do
        local c = new_cell(kind, name, b, limit, settle)
        local has_limit = way == "timeout" or way == "deadline"
        local watcher = has_limit and spawn_thread(order, c)
        local h, status, result = M.ways[way](c)
        if watcher then
            watcher:cancel()
            pcall(await, watcher)
        end
        local wanted = table.concat(M.states[name].closes or {}, ", ")
        wanted = wanted .. (wanted == "" and "" or ", ") .. "victim"
        local got = closed(c)
        local taken = c.ended - c.ordered:get()
        if result ~= true then return "awaited: " .. result, taken end
        if h:status() ~= status then return "status: " .. h:status(), taken end
        if c.seen:is_set() then
            if got ~= wanted then return "closed: " .. got, taken end
            return ask_around(b) or M.left(1), taken
        end
        limit = limit * 4 -- it was not there yet
        if limit > 30 then return "was not seen in its state", taken end
    end
end

-- A file from which nothing can be read, ever: the standard input of a process in which somebody is to read it.
function M.silent_file()
    local name = os.tmpname()
    os.execute(("rm %s && mkfifo %s"):format(name, name))
    local file = io.open(name, "r+")
    os.remove(name)
    return file
end

-- A program with a victim that says "ready" when that is in its state. What is closed is printed.
function M.main(kind, name)
    local b = M.bystanders()
    local c = new_cell(kind, name, b)
    c.closed = nil
    spawn_thread(function(c)
        order(c)
        print("ready")
        io.stdout:flush()
        sleep(1000) -- so that it is no deadlock until the signal comes
    end, c)
    if kind == "main" then M.victim(name, c) end
    await(start(c))
end

return M
