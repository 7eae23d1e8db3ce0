-- hooks.lua - what hooks are told of some code, in one line for each event: for hooks.sh, which compares.
--
--   hooks.lua [main | task | coroutine SLICE]: plait, with preemption after each SLICE instructions
--
-- Counts are 0 or 1 only: stock Lua also counts what hooks do themselves, if the count is larger.
local log = {}
local function note(...)
    local line = table.pack(...)
    for i = 1, line.n do line[i] = type(line[i]) == "function" and "a function" or tostring(line[i]) end
    log[#log + 1] = table.concat(line, " ")
end

local function work()
    local function f(x) return x end
    local function g(x)
        return f(x)
    end
    local function vararg(...)
        local a, b = ...
        return select("#", a, b)
    end
    local s = 0
    for i = 1, 3 do s = s + f(i) end
    for i = 1, 3 do
        s = s + g(i)
        s = s + vararg(i, 2, 3)
    end
    local t = setmetatable({}, { __index = function(_, k) return k end, __add = function() return 1 end })
    s = s + t[3] + (t + t)
    local generator = coroutine.wrap(function()
        for i = 1, 3 do coroutine.yield(i) end
    end)
    s = s + generator() + generator()
    pcall(error, "x")
    pcall(function()
        local _ <close> = setmetatable({}, { __close = function() s = s + 1 end })
        error("y")
    end)
    table.sort({ 3, 1, 2 }, function(a, b) return a < b end)
    while s < 40 do s = s + 1 end repeat s = s - 1 until s == 30
    local function tail(n) if n > 0 then return tail(n - 1) end end
    tail(4)
    load("local x = 1\nreturn function()\n\nreturn x end", "=loaded")()()
end

local function each_event(mask, count)
    note("mask", mask, count)
    debug.sethook(function(event, line)
        local i = debug.getinfo(2, "nSltur")
        note(event, line, i.name, i.namewhat, i.what, i.currentline, i.short_src:match("[^/]*$"), i.istailcall, i.ftransfer, i.ntransfer)
    end, mask, count)
    work()
    debug.sethook()
end

local function what_is_set()
    local function f() end
    debug.sethook(f, "crl", 5)
    note(debug.gethook())
    local co = coroutine.create(function()
        note(debug.gethook())
        note(debug.gethook(coroutine.create(f)))
        debug.sethook()
        note(debug.gethook())
        note(debug.gethook(coroutine.create(f)))
    end)
    note(debug.gethook(co))
    coroutine.resume(co)
    note(debug.gethook(co))
    coroutine.wrap(function() note(debug.gethook()) end)()
    debug.sethook(co, f, "r")
    note(debug.gethook(co))
    debug.sethook(co)
    note(debug.gethook(co))
    for _, arguments in ipairs{ { f, "" }, { f, "xyz", -3 }, { f, "l", -3 }, { f, "", 2000000000 }, { nil } } do
        debug.sethook(table.unpack(arguments))
        note(debug.gethook())
    end
    for _, wrong in ipairs{ { 1 }, { f }, { f, {} }, { co, 1 }, { co, f }, { f, "c", "x" }, { 1, "c" } } do
        note(pcall(debug.sethook, table.unpack(wrong)))
    end
    note(getmetatable(debug.getregistry()._HOOKKEY).__mode)
end

local function hooks_that_change()
    local n = 0
    debug.sethook(function()
        n = n + 1
        if n == 3 then error("the third", 0) end
    end, "l")
    note(pcall(work))
    debug.sethook()
    local function last(event, line)
        note("last", event, line)
        n = n + 1
        if n > 20 then debug.sethook() end
    end
    n = 0
    debug.sethook(function(event)
        note("first", event)
        n = n + 1
        if n == 3 then debug.sethook(last, "cr") end
    end, "l")
    work()
    n = 0
    debug.sethook(function(event)
        note("count", event)
        debug.sethook(last, "l", 1)
    end, "", 1)
    work()
    n = 0
    debug.sethook(function(event)
        note("off and on", event)
        debug.sethook()
        debug.sethook(last, "c")
    end, "l")
    work()
    debug.sethook()
end

local function hook_of_another()
    local co = coroutine.create(function()
        for i = 1, 3 do
            local a = i
            coroutine.yield(a)
        end
    end)
    debug.sethook(co, function(...) note("one", ...) end, "lcr", 1)
    coroutine.resume(co)
    coroutine.resume(co)
    debug.sethook(co, function(...) note("two", ...) end, "l")
    coroutine.resume(co)
    coroutine.resume(co)
    local n = 0
    debug.sethook(function() n = n + 1 end, "cr", 1)
    local function deep(k) if k == 0 then return 0 end return 1 + deep(k - 1) end
    deep(1000)
    debug.sethook()
    note(n)
end

local function all()
    collectgarbage()
    collectgarbage("stop")
    for _, mask in ipairs{ "l", "c", "r", "cr", "cl", "rl", "crl", "" } do
        if mask ~= "" then each_event(mask, 0) end
        each_event(mask, 1)
    end
    what_is_set()
    hooks_that_change()
    hook_of_another()
    collectgarbage("restart")
end

local where, slice = ...
if where then
    local internal = require "plait.internal"
    local others, stop = 0, false
    async(function()
        while not stop do
            others = others + 1
            plait.yield()
        end
    end)
    local function sliced()
        internal.slice(tonumber(slice))
        all()
        internal.slice(0)
    end
    if where == "main" then sliced() end
    if where == "task" then await(async(sliced)) end
    if where == "coroutine" then await(async(function() coroutine.wrap(sliced)() end)) end
    stop = true
    assert(others > 1000, "others had no turns")
else
    all()
end
print(table.concat(log, "\n"))
