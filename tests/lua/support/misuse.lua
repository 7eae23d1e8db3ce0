-- misuse.lua - calls every method of every object with arguments that make no
-- sense, and looks what comes: a clear error, or a result, or a wait that can
-- be cancelled; and the object works afterwards.
--
-- The methods are taken from the metatables, so that none is forgotten.

local misuse = {}

local preset = os.getenv("PLAIT_PRESET")
local is_slow = preset == "asan" or preset == "tsan"
local PAIRS = os.getenv("PLAIT_STRESS") and 2000 or is_slow and 5 or 40
-- How many of the values are tried alone.
local CHANCE = os.getenv("PLAIT_STRESS") and 1 or is_slow and 0.12 or 0.6
local WAIT = 0.002 -- seconds, until a call counts as one that waits

-- ---- The objects, and whether they work ----

local makers = {
    Lock = { plait.Lock, function(lock)
        lock:recover() -- the strand that acquired it has ended
        return lock:with(lock.locked, lock) and not lock:locked()
    end },
    RLock = { plait.RLock, function(lock)
        lock:recover()
        return lock:with(lock.locked, lock) and not lock:locked()
    end },
    Condition = { plait.Condition, function(cond)
        cond:recover()
        return cond:with(function()
            local other = async(cond.with, cond, function()
                cond:notify_all()
                return 7
            end)
            return cond:wait() and cond:locked() and await(other) == 7
        end) and not cond:locked()
    end },
    Semaphore = { function() return plait.Semaphore(1) end, function(sem)
        while sem:try() do end
        sem:release()
        return sem:free() == 1 and sem:acquire() == sem
    end },
    Event = { plait.Event, function(event)
        event:set()
        return event:wait() and event:is_set()
    end },
    Barrier = { function() return plait.Barrier(2) end, function(barrier)
        barrier:reset()
        local other = async(barrier.wait, barrier)
        plait.yield()
        return barrier:wait() + await(other) == 3
    end },
    Channel = { function() return plait.Channel(3) end, function(ch)
        while ch:try_recv() ~= nil do end
        if ch:closed() then return true end
        return ch:send(7) and ch:recv() == 7 and #ch == 0
    end },
    Value = { function() return plait.Value(1) end, function(value)
        value.value = 5
        return value:add(1) == 6
    end },
    Table = { function() return plait.Table{ 1, 2, x = { y = 3 } } end, function(t)
        t.z = 1
        return plait.update(t, "z", function(z) return z + 1 end) == 2
    end },
    Array = { function() return plait.Array("i32", 3) end, function(array)
        array[1] = 5
        return array:add(1, 1) == 6 and #array == 3
    end },
    Future = { plait.Future, function(future)
        if not future:done() then future:resolve(1) end
        future:error()
        return future:done()
    end },
}

-- Those that need something of their own to be made are added by tests.
misuse.makers = makers

-- ---- What is given to them ----

local nothing = setmetatable({}, { __tostring = function() return "no argument" end })

local the_future = plait.Future()

local function list_values()
    local ring = {}
    ring.ring = ring
    return {
        nothing, "nil", true, false, 0, 1, -1, 2, 1.5, 0/0, 1/0, -1/0, 1e300, 2^31, 2^53,
        math.maxinteger, math.mininteger, "", "x", "1", ("long"):rep(1000), {}, { 1, 2 },
        { bounded = 1 }, ring, function() end, error, coroutine.create(function() end), io.stdout,
        plait.Lock(), plait.Condition(), plait.Channel(1), plait.Value(1), plait.Event(), the_future,
        setmetatable({}, { __gc = function() end }), setmetatable({}, { __close = function() end }),
        setmetatable({}, { __tostring = function() error("no") end, __index = error, __len = error, __call = error }),
    }
end

local function to_value(v) if v == "nil" then return nil end return v end

-- ---- The methods ----

-- What cannot be reached without the library `debug`.
local ignored = { __gc = true, __name = true, __metatable = true, __index = true, __mode = true, __proxy = true }

-- Method tables are the __index itself, or an upvalue of it.
local function find_methods(object)
    local metatable = debug.getmetatable(object)
    local methods, index = {}, metatable.__index
    local function add_all(t)
        for name, f in pairs(t) do
            if type(f) == "function" then methods[name] = f end
        end
    end
    if type(index) == "table" then add_all(index) end
    for i = 1, 5 do
        local name, v = nil, nil
        if type(index) == "function" then name, v = debug.getupvalue(index, i) end
        if not name then break end
        if type(v) == "table" then add_all(v) end
    end
    for name, f in pairs(metatable) do
        if type(f) == "function" and not ignored[name] then methods[name] = f end
    end
    if type(index) == "function" then methods.__index = index end
    return methods
end

-- ---- The calls ----

-- An error has to be one of plait's, with a kind, or one of Lua's own that
-- names the argument; or what the callbacks raise.
local function is_clear(err)
    if plait.kind(err) then return plait.kind(err) ~= "died" and #tostring(err) > 5 end
    if type(err) ~= "string" then return true end -- raised by a value that was given
    return err:find("bad argument", 1, true) or err:find("attempt to", 1, true)
        or err:find("no$") or err == ""
end

local function describe(name, method, args)
    local words = {}
    for i = 1, args.n do
        local ok, text = pcall(tostring, args[i])
        text = ok and text or "?"
        words[i] = #text > 30 and text:sub(1, 27) .. "..." or text
    end
    return ("%s.%s(%s)"):format(name, method, table.concat(words, ", "))
end

-- Returns what was wrong, or nil.
local function try(f, args)
    local task = async{ pcall, f, table.unpack(args, 1, args.n), n = args.n + 2 }
    local ok, err = await(task, WAIT)
    if ok == nil and err == "timeout" then
        task:cancel()
        if await(task, 10) == nil and not task:done() then return "it hangs" end
        return
    end
    if not ok and not is_clear(err) then return "its error is " .. tostring(err) end
end

-- Futures that were rejected among the arguments.
local function receive_errors(args)
    for i = 1, args.n do
        if rawequal(args[i], the_future) and the_future:done() then the_future:error() end
    end
end

local function check(name, method, make, f, args)
    local object = make()
    if args[1] == "self" then args[1] = object end
    local wrong = try(f, args)
    if not wrong then
        local ok, works = pcall(makers[name][2], object)
        if not ok or not works then wrong = "it does not work any more: " .. tostring(works) end
    end
    if wrong then print(describe(name, method, args) .. ": " .. wrong) end
    receive_errors(args)
end

local function check_method(name, method, make, f)
    local values = list_values()
    local function check_value(v)
        -- As the object itself, and as the argument.
        if v ~= nothing then check(name, method, make, f, { to_value(v), n = 1 }) end
        check(name, method, make, f, { "self", to_value(v), n = v == nothing and 1 or 2 })
        if v ~= nothing and method:find("^__") then
            check(name, method, make, f, { to_value(v), 1, 2, n = 3 })
        end
    end
    for _, v in ipairs(values) do
        if math.random() < CHANCE then check_value(v) end
    end
    check(name, method, make, f, { n = 0 })
    for _ = 1, PAIRS do
        local args = { "self", n = math.random(2, 4) }
        for i = 2, args.n do args[i] = to_value(values[math.random(2, #values)]) end
        check(name, method, make, f, args)
    end
end

-- `make` of each object: makers[name][1], or what gives one of another process.
function misuse.check_methods(name, make)
    make = make or makers[name][1]
    local methods, names = find_methods(make()), {}
    for method in pairs(methods) do names[#names + 1] = method end
    table.sort(names)
    if #names < 4 then print(name .. ": only " .. #names .. " methods found") end
    for _, method in ipairs(names) do
        check_method(name, method, make, methods[method])
    end
end

-- The constructors, and functions of plait that take objects.
function misuse.check_function(name, f)
    local values = list_values()
    local function check_call(args)
        local wrong = try(f, args)
        if wrong then print(describe("plait", name, args) .. ": " .. wrong) end
        receive_errors(args)
    end
    for _, v in ipairs(values) do
        check_call({ to_value(v), n = v == nothing and 0 or 1 })
    end
    for _ = 1, PAIRS do
        local args = { n = math.random(1, 3) }
        for i = 1, args.n do args[i] = to_value(values[math.random(2, #values)]) end
        check_call(args)
    end
end

return misuse
