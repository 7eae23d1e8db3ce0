-- fs_watch.lua - plait.fs.watch(path[, {recursive = true, timeout =}]).
--
--     local watch <close> = fs.watch("spool", { recursive = true })
--     for event in watch do print(event.kind, event.path, event.from) end
--     local event = watch:next(0.5) -- nil, "timeout"; nil, "closed"
--
-- The kernel tells of a folder what happens to what is in it (lib_fswatch.c). A file is watched in its folder, so that it may
-- be replaced, and come and go. With `recursive` each folder below is watched, too, and new ones as they come: what is in one
-- when it is found is told as created.

local internal = require "plait.internal"
local plait = require "plait"
local file = require "plait.fs_file"
local stream = require "plait.stream"
local raw = file.raw

local Watch = { __name = "watch", __stays = "a watch of files, which stays in its state; send its events" }
Watch.__index = Watch

local watch_options = { recursive = true }

------------------------------------------------------------------------------------------------------------------ queue

local function tell(self, kind, path, is_folder, from)
    local only = self.only
    if only then
        if path ~= only and from ~= only then return end
        if path == only then path = self.path end -- as it was given
        if from == only then from = self.path end
    end
    self.last = self.last + 1
    self.events[self.last] = { kind = kind, path = path, type = is_folder and "folder" or "file", from = from }
end

local function shift(self)
    local event = self.events[self.first]
    if event == nil then return nil end
    self.events[self.first] = nil
    self.first = self.first + 1
    return event
end

---------------------------------------------------------------------------------------------------------------- folders

-- Watches the folder, and those below it if that is wanted; with `tells` what is there is told. Once more is harmless.
local function add(self, path, how, tells, deadline)
    local number, message, code = self.handle:add(path, how, stream.left(deadline))
    if not number then return nil, message, code end
    self.folders[number] = path
    if not self.recursive then return number end
    local names, types = raw.list(path, "", stream.left(deadline))
    for i, name in ipairs(names or {}) do
        local full = self.join(path, name)
        if tells and not self.told[full] then
            self.told[full] = true
            tell(self, "created", full, types[i] == "folder")
        end
        if types[i] == "folder" then add(self, full, "", tells, deadline) end
    end
    return number
end

-- Calls f(number, path, rest) for the folder and all that are watched below it.
local function each_below(self, folder, f)
    local found = {}
    for number, path in pairs(self.folders) do
        if path == folder or path:sub(1, #folder + 1) == folder .. "/" then found[number] = path end
    end
    for number, path in pairs(found) do f(number, path, path:sub(#folder + 1)) end
end

----------------------------------------------------------------------------------------------------------------- events

local handlers = {}

function handlers.created(self, event, path)
    if self.told[path] then
        self.told[path] = nil
        return
    end
    if not event.is_told then tell(self, "created", path, event.is_folder) end
    event.is_told = true
    if event.is_folder and self.recursive then add(self, path, "", true) end
end

function handlers.removed(self, event, path)
    self.told[path] = nil
    tell(self, "removed", path, event.is_folder)
end

function handlers.changed(self, event, path) tell(self, "changed", path, event.is_folder) end

function handlers.written(self, event, path) tell(self, "written", path, event.is_folder) end

-- What comes under the path from now on is something else, and new.
local function forget(self, path, is_folder)
    self.told[path] = nil
    if not is_folder then return end
    for told in pairs(self.told) do
        if told:sub(1, #path + 1) == path .. "/" then self.told[told] = nil end
    end
end

-- Moved out of what is watched, or into it.
function handlers.from(self, event, path)
    forget(self, path, event.is_folder)
    tell(self, "removed", path, event.is_folder)
    if event.is_folder then
        each_below(self, path, function(number) self.handle:remove(number) end)
    end
end

handlers.to = handlers.created

local function renamed(self, event, from, path)
    forget(self, from, event.is_folder)
    tell(self, "renamed", path, event.is_folder, from)
    if event.is_folder then
        each_below(self, from, function(number, _, rest) self.folders[number] = path .. rest end)
    end
end

-- Which folders are new nobody knows then.
function handlers.overflow(self)
    local only = self.only
    self.only = nil
    tell(self, "overflow", self.path, not only)
    self.only = only
    if self.recursive then add(self, self.path, "f", false) end
end

function handlers.gone(self, event)
    if event.number ~= self.root then return end
    tell(self, "removed", self.folders[event.number], true)
    self.is_over = true
end

function handlers.ignored(self, event) self.folders[event.number] = nil end

-- The event that goes with the move away: it follows.
local function find_target(raws, event)
    for i = raws.next + 1, #raws do
        if raws[i].kind == "to" and raws[i].cookie == event.cookie then return table.remove(raws, i) end
    end
end

local function handle(self, raws, event)
    local folder = self.folders[event.number]
    local path = folder and (event.name and self.join(folder, event.name) or folder)
    if event.kind == "from" and path then
        local target = find_target(raws, event)
        local into = target and self.folders[target.number]
        if into then return renamed(self, event, path, self.join(into, target.name)) end
    end
    if event.kind == "overflow" or path then handlers[event.kind](self, event, path) end
end

-- What the kernel has, one by one; one that is being looked at stays if that is cancelled, and is looked at again.
local function look(self)
    local raws = self.raws
    while raws.next <= #raws do
        local event = raws[raws.next]
        if handlers[event.kind] then handle(self, raws, event) end
        raws.next = raws.next + 1
    end
    local more = self.handle:take()
    if not more then return end
    if #more > 0 and more[#more].kind == "from" then
        local rest = self.handle:take() or {}
        table.move(rest, 1, #rest, #more + 1, more)
    end
    more.next = 1
    self.raws = more
    return #more > 0
end

------------------------------------------------------------------------------------------------------------------ watch

-- watch:next([timeout]) -> {kind =, path =, type =, from =} | nil, "timeout" | nil, "closed"
function Watch:next(options)
    local timeout = stream.options(options, {}, "next").timeout
    local deadline = stream.deadline(timeout)
    local turn <close>, message = self.turn:acquire(timeout)
    if not turn then return nil, message end
    while true do
        local event = shift(self)
        if event then return event end
        if self.is_over then self:close() end
        if self.is_closed then return nil, "closed" end
        if not look(self) and self.raws.next > #self.raws and not self.events[self.first] and not self.is_closed then
            local woken, why = self.handle:wait(stream.left(deadline))
            if not woken and why ~= "closed" then return nil, why end
        end
    end
end

-- watch:close(): loops over it end
function Watch:close()
    self.is_closed = true
    self.handle:close()
    return true
end

function Watch:__call() return (self:next()) end

function Watch:__close() self:close() end

function Watch:__tostring() return ("watch (%s)"):format(self.is_closed and "closed" or self.path) end

-- Closes a watch that was not made to its end, since that was cancelled or has failed.
local Making = {}

function Making:__close()
    if self.watch then self.watch:close() end
end

return function(path, options, join)
    options = stream.options(options, watch_options, "fs.watch")
    local deadline = stream.deadline(options.timeout)
    local stat, message, code = raw.stat(path, "f", options.timeout)
    if not stat and (code ~= file.ENOENT or path:find("/$") or path == "") then return nil, message, code end
    local self = { path = path, folders = {}, events = {}, first = 1, last = 0, raws = { next = 1 }, told = {}, join = join,
        turn = plait.Lock() }
    self.handle, message, code = internal.fs_watch()
    if not self.handle then return nil, path .. ": " .. message, code end
    local making <close> = setmetatable({ watch = setmetatable(self, Watch) }, Making)
    local folder = path
    if not stat or stat.type ~= "folder" then
        local parent, name = path:match("^(.*/)([^/]*)$")
        folder = parent or "."
        self.only = join(folder, name or path)
    else
        self.recursive = options.recursive
    end
    self.root, message, code = add(self, folder, "f", false, deadline)
    if not self.root then return nil, message, code end
    making.watch = nil
    return self
end
