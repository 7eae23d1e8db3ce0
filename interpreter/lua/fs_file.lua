-- fs_file.lua - files of plait.fs that are open, and what plait.fs needs of them.
--
-- A file reads ahead; the kernel is told each time where to read and write, so the position is the file's own. Strands take
-- turns: an operation ends before the next one begins.

local internal = require "plait.internal"
local stream = require "plait.stream"

local file = { raw = internal.fs(), ENOENT = 2 }
local raw, ENOENT = file.raw, file.ENOENT

------------------------------------------------------------------------------------------------------------- arguments

function file.check_path(name, what, path)
    if type(path) ~= "string" then
        stream.usage("%s: %s is %s, not a string", name, what, internal.describe(path))
    end
    if path:find("\0", 1, true) then stream.usage("%s: %s has a NUL byte: %q", name, what, path) end
end

-- Permissions: a number, or a string of octal digits.
function file.check_mode(name, mode, default)
    if mode == nil and default then return default end
    local number = type(mode) == "string" and mode:find("^[0-7]+$") and tonumber(mode, 8) or mode
    if math.type(number) == "integer" and number >= 0 and number <= 4095 then return number end
    stream.usage("%s: mode is %s, not permissions such as \"644\"", name, internal.describe(mode))
end

------------------------------------------------------------------------------------------------------------------ turns

local File = { __name = "file", __stays = "an open file, which stays in its state; send its path and open it there" }
File.__index = File

-- The file's turn, to be closed, and the deadline; nil, "closed" or "timeout".
local function enter(self, name, timeout)
    if getmetatable(self) ~= File then
        stream.usage("%s: argument 1 is %s, not a file of plait.fs", name, internal.describe(self))
    end
    if not self.handle then stream.usage("%s: attempt to use a closed file (%s)", name, self.path) end
    local deadline = stream.deadline(timeout)
    local turn, message = self.turn:enter(timeout)
    if not turn then return nil, message end
    if self.handle then return turn, deadline end
    turn:leave() -- it was closed meanwhile
    return nil, "closed"
end

local none = {}

local function timeout_of(options, name) return stream.options(options, none, name).timeout end

------------------------------------------------------------------------------------------------------------- position

local function refill(reader, wanted, deadline)
    local bytes, message, code = raw.pread(reader.handle, reader.offset, wanted, stream.left(deadline))
    if not bytes then return nil, message, code end
    reader.offset = reader.offset + #bytes
    return bytes
end

local function position(reader) return reader.offset - reader.size end

local function move(reader, offset)
    stream.clear(reader)
    reader.offset = offset
end

-- file:seek(["set" | "cur" | "end"[, offset[, {timeout =}]]]) -> position, from 0
function File:seek(whence, offset, options)
    if whence == nil then whence = "cur" end
    if offset == nil then offset = 0 end
    if whence ~= "set" and whence ~= "cur" and whence ~= "end" then
        stream.usage("seek: argument 1 is %s, not \"set\", \"cur\" or \"end\"", internal.describe(whence))
    end
    if not math.tointeger(offset) then stream.usage("seek: argument 2 is %s, not a whole number", internal.describe(offset)) end
    local turn <close>, deadline = enter(self, "seek", timeout_of(options, "seek"))
    if not turn then return nil, deadline end
    local base, message, code = 0, nil, nil
    if whence == "cur" then base = position(self.reader) end
    if whence == "end" then base, message, code = raw.size(self.handle, stream.left(deadline)) end
    if not base then return nil, message, code end
    local target = base + math.tointeger(offset)
    if target < 0 then return nil, self.path .. ": Invalid argument", 22 end
    if target ~= position(self.reader) then move(self.reader, target) end
    return target
end

---------------------------------------------------------------------------------------------------------- read and write

local read = stream.add_reading(File, enter)

-- file:write(data...[, {timeout =}]) -> the file. It is the kernel's then: nothing is kept back.
function File:write(...)
    local data, timeout = stream.data("write", ...)
    local turn <close>, deadline = enter(self, "write", timeout)
    if not turn then return nil, deadline end
    local reader = self.reader
    local from = position(reader)
    move(reader, from) -- what was read ahead is not true any more, also after a failure
    local written, message, code = raw.pwrite(self.handle, not self.appends and from or nil, data, stream.left(deadline))
    if not written then return nil, message, code end
    move(reader, self.appends and message or from + written)
    return self
end

-- file:flush() -> the file. There is nothing to do; here as files of io have it.
function File:flush()
    local turn <close>, message = enter(self, "flush")
    if not turn then return nil, message end
    return self
end

-- A method of one job on the handle.
local function define(name, f)
    File[name] = function(self, options)
        local turn <close>, deadline = enter(self, name, timeout_of(options, name))
        if not turn then return nil, deadline end
        return f(self.handle, stream.left(deadline))
    end
end

define("sync", raw.sync) -- file:sync([timeout]) -> true: it is on the disk
define("stat", raw.fstat) -- file:stat([timeout]) -> as fs.stat

-- file:truncate([size[, timeout]]) -> true: cut, or made longer with zeroes; at the position unless said
function File:truncate(size, options)
    if size ~= nil and (math.type(size) ~= "integer" or size < 0) then
        stream.usage("truncate: argument 1 is %s, not a number of bytes", internal.describe(size))
    end
    local turn <close>, deadline = enter(self, "truncate", timeout_of(options, "truncate"))
    if not turn then return nil, deadline end
    local reader = self.reader
    local from = position(reader)
    move(reader, from)
    return raw.truncate(self.handle, size or from, stream.left(deadline))
end

------------------------------------------------------------------------------------------------------------------ close

-- A temporary file or folder that nobody has closed goes when it is collected.
local Guard = {}

function Guard:__gc()
    if self.path then raw.remove_now(self.path) end
end

function file.guard(path) return setmetatable({ path = path }, Guard) end

local function close(self)
    local handle = self.handle
    self.handle, self.reader.handle = nil, nil
    stream.clear(self.reader)
    local guard, removed, message, code = self.guard, true, nil, nil
    if guard then
        removed, message, code = raw.remove(self.path, "")
        if removed or code == ENOENT then guard.path, self.guard, removed = nil, nil, true end
    end
    local ok, why, number = raw.close(handle)
    if not removed then return nil, message, code end
    if not ok then return nil, why, number end
    return true
end

-- file:close() -> true. Who still waits for a turn gets nil, "closed".
function File:close()
    local turn <close>, message = enter(self, "close")
    if not turn then return nil, message end
    return close(self)
end

function File:__close()
    if self.handle then self:close() end
end

function File:__tostring()
    return ("file (%s)"):format(self.handle and self.path or "closed")
end

------------------------------------------------------------------------------------------------------------------- open

local function new(path, handle, limit, appends)
    local reader = stream.reader(limit)
    reader.path, reader.handle, reader.offset, reader.refill = path, handle, 0, refill
    return setmetatable({ path = path, handle = handle, reader = reader, turn = internal.turn(), appends = appends }, File)
end

local open_options = { limit = true, mode = true }

-- fs.open(path[, how = "r"[, {limit =, mode =, timeout =}]]) -> file. `how` as in io.open, and with "x": it must be new
function file.open(path, how, options)
    file.check_path("fs.open", "path", path)
    if how == nil then how = "r" end
    if type(how) ~= "string" or not how:find("^[rwa]%+?b?x?$") or how:find("^r.*x") then
        stream.usage("fs.open: mode is %s, not \"r\", \"w\", \"a\", \"r+\", \"w+\", \"a+\" or \"wx\"",
            internal.describe(how))
    end
    options = stream.options(options, open_options, "fs.open")
    local limit = stream.check_limit(options.limit, "fs.open")
    local mode = file.check_mode("fs.open", options.mode, 438)
    local handle, message, code = raw.open(path, how, mode, options.timeout)
    if not handle then return nil, message, code end
    return new(path, handle, limit, how:sub(1, 1) == "a")
end

-- fs.lines(path[, format...[, {timeout =}]]): as io.lines; the file is closed at the end of the loop
function file.lines(path, ...)
    file.check_path("fs.lines", "path", path)
    local list, timeout = stream.formats("fs.lines", ...)
    local opened, message = file.open(path, "r", timeout)
    if not opened then error(message, 2) end
    return stream.iterator(opened, function() return read(opened, list, timeout, "lines") end, File.close), nil, nil, opened
end

------------------------------------------------------------------------------------------------------------- temporary

local temp_options = { folder = true, prefix = true, suffix = true }

-- The beginning and the end of a name, and the time-out.
function file.temp_name(name, options)
    options = stream.options(options, temp_options, name)
    local folder = options.folder or internal.temp_folder()
    local prefix, suffix = options.prefix or "plait-", options.suffix or ""
    for what, part in pairs{ folder = folder, prefix = prefix, suffix = suffix } do
        file.check_path(name, what, part)
        if what ~= "folder" and part:find("/", 1, true) then
            stream.usage("%s: %s is %q, and a name has no \"/\"", name, what, part)
        end
    end
    return (folder == "" and "." or folder) .. "/" .. prefix, suffix, options.timeout
end

-- fs.temp_file([{folder =, prefix =, suffix =, timeout =}]) -> file with .path, for reading and writing; closing removes it
function file.temp_file(options)
    local first, last, timeout = file.temp_name("fs.temp_file", options)
    local handle, path, code = raw.temp_file(first, last, timeout)
    if not handle then return nil, path, code end
    local opened = new(path, handle)
    opened.guard = file.guard(path)
    return opened
end

return file
