-- porting.lua: what the modules with Python's names share.
--
-- For threading.lua, multiprocessing.lua and asyncio.lua; a script has no use for it. Everything is built on the
-- handles and objects of plait; nothing here knows how a thread or a process works.
--
-- Objects of these modules may be captured by what runs in another thread or process: each class, which is also the
-- metatable of its objects, is a field of its module, so that it travels by name and only the fields are copied.

local internal = require "plait.internal"
local plait = require "plait"

local porting = {}

-- Raises a usage error at the line that called the module unless `options` is a table with only `allowed` keys.
-- what: name of the constructor, for the message. allowed: set of names. Python's keyword arguments are such tables.
function porting.check_options(what, options, allowed)
    if type(options) ~= "table" then
        local message = "%s: expected a table such as {target = f, args = {1}}, got %s"
        error(message:format(what, type(options)), 3)
    end
    for key in pairs(options) do
        if not allowed[key] then error(("%s: unknown option '%s'"):format(what, tostring(key)), 3) end
    end
end

-- Raises an error of plait's own, of kind `kind`.
function porting.raise(kind, message)
    error(setmetatable({kind = kind, message = message}, plait.Error), 0)
end

-- Positional arguments from Python's `args` and `kwargs`; Lua has no keyword arguments, so a `kwargs` table is handed
-- over as the last argument. args: list, with .n when it holds nils. Returns a list with .n.
function porting.arguments(args, kwargs)
    args = args or {}
    local list = table.pack(table.unpack(args, 1, args.n or #args))
    if kwargs ~= nil then
        list.n = list.n + 1
        list[list.n] = kwargs
    end
    return list
end

-- Waits until the strand behind `handle` has ended and leaves its outcome alone: an error in it stays unreceived, so
-- the program still reports it. timeout: seconds, nil for ever. Returns true, or nil, "timeout".
function porting.wait(handle, timeout)
    if handle:done() then return true end
    local done = plait.wait({handle}, {timeout = timeout})
    if done[1] then return true end
    return nil, "timeout"
end

-- A strand that is cancelled may wait in clean-up alone, and not for ever.
local Patience = {}

function Patience:__close()
    local outcome = table.pack(pcall(self.handle.await, self.handle))
    if self.handle:done() then self.outcome = outcome end
end

-- Calls f(...) in a task of its own and returns its results. If the caller is cancelled meanwhile f goes on to its end all
-- the same, and its results are returned: the next wait raises the cancellation. A caller that was cancelled before gets
-- that at once.
function porting.shield(f, ...)
    plait.yield()
    local waiting = {handle = internal.async(f, ...)}
    local outcome = table.pack(pcall(waiting.handle.await, waiting.handle))
    if not outcome[1] then
        do local _ <close> = setmetatable(waiting, Patience) end
        outcome = waiting.outcome or outcome
    end
    if not outcome[1] then error(outcome[2], 0) end
    return table.unpack(outcome, 2, outcome.n)
end

-- Waits for the end of `handle` in a task of its own and receives its outcome, so that a death this program asked
-- for is no news at its end.
function porting.receive(handle)
    internal.async(pcall, handle.await, handle)
end

-- Values of Python's return_when, and what plait.wait calls them.
porting.FIRST_COMPLETED = "FIRST_COMPLETED"
porting.FIRST_EXCEPTION = "FIRST_EXCEPTION"
porting.ALL_COMPLETED = "ALL_COMPLETED"

local goals = {FIRST_COMPLETED = "first", FIRST_EXCEPTION = "error", ALL_COMPLETED = "all"}

-- Options of plait.wait for Python's return_when and timeout. Raises a usage error at the line that called the module.
function porting.wait_options(options, return_when)
    if type(options) ~= "table" then options = {timeout = options, return_when = return_when} end
    for name in pairs(options) do
        local is_known = name == "timeout" or name == "return_when" or math.type(name) == "integer" or name == "n"
        if not is_known then error(("wait: unknown option '%s'"):format(tostring(name)), 3) end
    end
    local goal = goals[options.return_when or porting.ALL_COMPLETED]
    if not goal then error(("wait: unknown return_when '%s'"):format(tostring(options.return_when)), 3) end
    return {when = goal, timeout = porting.timeout(options.timeout)}
end

-- The number `seconds`, or nil for Python's None; anything else is a usage error at the line of the script.
function porting.timeout(seconds)
    if seconds == nil or type(seconds) == "number" and seconds >= 0 then return seconds end
    internal.raise("usage", ("the time-out is %s, not a number of seconds"):format(internal.describe(seconds)))
end

-- The same where -1 is for ever.
function porting.patience(seconds)
    if seconds == -1 then return nil end
    return porting.timeout(seconds)
end

-- Calls f(...), which may raise kind "closed"; then `message` is what it says.
local function rename_closed(message, ok, err, ...)
    if ok then return err, ... end
    if plait.kind(err) == "closed" then porting.raise("closed", message) end
    error(err, 0)
end

function porting.closed_as(message, f, ...)
    return rename_closed(message, pcall(f, ...))
end

-- A class, the metatable of its objects. methods: by name. attributes: by name, functions that compute the value at
-- each read. The module adds a constructor with porting.constructor.
function porting.class(name, methods, attributes)
    local function index(object, key)
        local attribute = attributes[key]
        if attribute then return attribute(object) end
        return methods[key]
    end
    return {__name = name, __index = index}
end

-- Makes a class callable: class(...) calls new(class, ...). Returns the class.
function porting.constructor(class, new)
    return setmetatable(class, {__call = new})
end

local rosters = {
    thread = {list = {}, limit = 32},
    process = {list = {}, limit = 32},
}

-- The started objects of `noun`, "thread" or "process", that still run, in the order of their start.
function porting.alive(noun)
    local kept = {}
    for _, object in ipairs(rosters[noun].list) do
        if object:is_alive() then kept[#kept + 1] = object end
    end
    rosters[noun].list = kept
    return {table.unpack(kept)}
end

-- Notes a started object for porting.alive(). Ended ones are forgotten whenever the list has doubled, so that a
-- start stays cheap.
function porting.remember(object)
    local roster = rosters[object.noun]
    table.insert(roster.list, object)
    if #roster.list > roster.limit then roster.limit = 2 * #porting.alive(object.noun) + 32 end
end

-- Options of Thread and Process alike. `private` and `globals` are plait's: see spawn_thread.
porting.strand_options = {
    target = true, args = true, kwargs = true, name = true, daemon = true,
    private = true, globals = true,
}

-- Methods that Thread and Process share. An object holds `target`, `args`, `kwargs` until its start and `handle`,
-- plait's own, from then on. Its class adds `noun` ("thread" or "process") and `spawn`.
porting.strand_methods = {}

-- object:start() starts the body and returns at once. A second start is an error, and so is what spawn refuses.
function porting.strand_methods:start()
    if self.handle then error(self.noun .. "s can only be started once", 2) end
    local list = porting.arguments(self.args, self.kwargs)
    local options = {self.target, table.unpack(list, 1, list.n)}
    for i = 1, list.n do
        if list[i] == nil then options.n = list.n + 1 end -- the length of a list with holes
    end
    options.name, options.daemon = self.name, self.daemon
    options.private, options.globals = self.private, self.globals
    self.handle = self.spawn(options)
    self.target, self.args, self.kwargs = nil, nil, nil -- theirs now; let the collector have ours
    porting.remember(self)
end

-- Raises a usage error at the line that called a method unless `object` was started.
function porting.require_started(object)
    if not object.handle then error(("the %s is not started"):format(object.noun), 3) end
end

-- object:join([timeout]) waits for the end of the body, `timeout` seconds at most; true, or nil, "timeout".
-- As in Python it does not raise the body's error. The error is not lost: nobody received it, so the program reports
-- it at its end, with status 1. await(object.handle) receives it, and the results.
function porting.strand_methods:join(timeout)
    porting.require_started(self)
    return porting.wait(self.handle, porting.patience(timeout))
end

-- object:is_alive() is true from start() until the body has ended.
function porting.strand_methods:is_alive()
    return self.handle ~= nil and not self.handle:done()
end

return porting
