-- plait.fs: files and folders. Whoever calls waits, and no other strand does.
--
--     local fs = require "plait.fs" -- or plait.fs
--     local text = assert(fs.read("/etc/hostname"))
--     for line in fs.lines("app.log") do print(line) end
--
-- What may fail returns nil, a message with the path and the number of the error, as io does; wrong arguments raise. What is
-- done for a call is done on a thread of libuv's pool (lib_fs.c). Files are in fs_file.lua, watches in fs_watch.lua.

local file = require "plait.fs_file"
local stream = require "plait.stream"
local internal = require "plait.internal"
local plait = require "plait"
local raw = file.raw

local fs = { open = file.open, lines = file.lines, temp_file = file.temp_file }

local READ_LIMIT = 1 << 30
local check_path, check_mode, options_of, deadline_in, left = file.check_path, file.check_mode, stream.options,
    stream.deadline, stream.left

------------------------------------------------------------------------------------------------------------ whole files

local read_options = { limit = true }
local write_options = { atomic = true, sync = true, mode = true, new = true }

-- fs.read(path[, {limit =, timeout =}]) -> all of it
function fs.read(path, options)
    check_path("fs.read", "path", path)
    options = options_of(options, read_options, "fs.read")
    return raw.read(path, stream.check_limit(options.limit, "fs.read") or READ_LIMIT, options.timeout)
end

-- Letters for what the options ask for.
local function flags_of(options)
    return (options.atomic and "r" or "") .. (options.sync and "s" or "") .. (options.new and "n" or "")
end

local function check_data(name, data)
    if type(data) == "string" or type(data) == "number" then return data end
    stream.usage("%s: data is %s, not a string or a number", name, internal.describe(data))
end

-- fs.write(path, data[, {atomic =, sync =, new =, mode =, timeout =}]) -> true. atomic: under another name first, which is
-- then renamed; so whoever reads the file has the old one or the new one; with sync also after the machine has crashed.
function fs.write(path, data, options)
    check_path("fs.write", "path", path)
    check_data("fs.write", data)
    options = options_of(options, write_options, "fs.write")
    return raw.write(path, data, flags_of(options), check_mode("fs.write", options.mode, 438), options.timeout)
end

local append_options = { sync = true, mode = true }

-- fs.append(path, data[, {sync =, mode =, timeout =}]) -> true
function fs.append(path, data, options)
    check_path("fs.append", "path", path)
    check_data("fs.append", data)
    options = options_of(options, append_options, "fs.append")
    return raw.write(path, data, "a" .. flags_of(options), check_mode("fs.append", options.mode, 438), options.timeout)
end

------------------------------------------------------------------------------------------------------------------ names

local none = {}
local stat_options = { follow = true }

-- fs.stat(path[, {follow = true, timeout =}]) -> {type =, size =, mode =, mtime =, ...}
function fs.stat(path, options)
    check_path("fs.stat", "path", path)
    options = options_of(options, stat_options, "fs.stat")
    return raw.stat(path, options.follow == false and "" or "f", options.timeout)
end

local ENOENT, ENOTDIR = file.ENOENT, 20

-- fs.exists(path[, timeout]) -> true or false
function fs.exists(path, options)
    check_path("fs.exists", "path", path)
    local found, message, code = raw.stat(path, "f", options_of(options, none, "fs.exists").timeout)
    if found then return true end
    if code == ENOENT or code == ENOTDIR then return false end
    return nil, message, code
end

-- A function of one path.
local function define(name, f)
    local full = "fs." .. name
    fs[name] = function(path, options)
        check_path(full, "path", path)
        return f(path, "", options_of(options, none, full).timeout)
    end
end

define("list", raw.list) -- names and, in a second list, their types
define("readlink", raw.readlink)
define("realpath", raw.realpath)

-- fs.chmod(path, mode[, timeout]) -> true
function fs.chmod(path, mode, options)
    check_path("fs.chmod", "path", path)
    return raw.chmod(path, check_mode("fs.chmod", mode), options_of(options, none, "fs.chmod").timeout)
end

-- fs.rename(from, to[, timeout]) -> true
function fs.rename(from, to, options)
    check_path("fs.rename", "from", from)
    check_path("fs.rename", "to", to)
    return raw.rename(from, to, options_of(options, none, "fs.rename").timeout)
end

-- fs.symlink(target, path[, timeout]) -> true: path is a link to target
function fs.symlink(target, path, options)
    check_path("fs.symlink", "target", target)
    check_path("fs.symlink", "path", path)
    return raw.symlink(target, path, options_of(options, none, "fs.symlink").timeout)
end

---------------------------------------------------------------------------------------------------------------- folders

local mkdir_options = { parents = true, mode = true }
local remove_options = { recursive = true }

-- fs.mkdir(path[, {parents =, mode =, timeout =}]) -> true. parents: those that are missing, too, and it may be there already
function fs.mkdir(path, options)
    check_path("fs.mkdir", "path", path)
    options = options_of(options, mkdir_options, "fs.mkdir")
    local mode = check_mode("fs.mkdir", options.mode, 511)
    return raw.mkdir(path, options.parents and "d" or "", mode, options.timeout)
end

-- fs.remove(path[, {recursive =, timeout =}]) -> true
function fs.remove(path, options)
    check_path("fs.remove", "path", path)
    options = options_of(options, remove_options, "fs.remove")
    return raw.remove(path, options.recursive and "d" or "", options.timeout)
end

local function join(folder, name)
    return folder:sub(-1) == "/" and folder .. name or folder .. "/" .. name
end

local walk_options = { depth = true, enter = true }

local function check_walk(options)
    local depth = options.depth
    if depth ~= nil and (math.type(depth) ~= "integer" or depth < 1) then
        stream.usage("fs.walk: depth is %s, not a number of levels from 1", internal.describe(depth))
    end
    if options.enter ~= nil and not internal.is_callable(options.enter) then
        stream.usage("fs.walk: enter is %s, not a function", internal.describe(options.enter))
    end
end

-- fs.walk(path[, {depth =, enter = f, timeout =}]): for path, type, message in ... all that is below it, a folder before what
-- is in it. With a message when what is in the folder cannot be listed; for `path` itself that raises. Folders for which
-- enter(path) is false are not looked into.
function fs.walk(path, options)
    check_path("fs.walk", "path", path)
    options = options_of(options, walk_options, "fs.walk")
    check_walk(options)
    local deadline = deadline_in(options.timeout)
    local most, enter = options.depth or math.huge, options.enter
    local stack = {}
    -- Its message, if it cannot be listed.
    local function push(folder)
        local names, types, code = raw.list(folder, "", left(deadline))
        if not names and types == "timeout" then internal.raise("timeout", ("fs.walk: %s: timeout"):format(path)) end
        if not names then return types, code end
        stack[#stack + 1] = { folder = folder, names = names, types = types, next = 1 }
    end
    local message = push(path)
    if message then error(message, 2) end
    return function()
        local top = stack[#stack]
        while top and top.next > #top.names do
            stack[#stack] = nil
            top = stack[#stack]
        end
        if not top then return nil end
        local full, kind = join(top.folder, top.names[top.next]), top.types[top.next]
        local found, code
        if kind == "folder" and #stack < most and (not enter or enter(full)) then found, code = push(full) end
        top.next = top.next + 1
        if code == ENOENT then found = nil end -- it has gone meanwhile
        return full, kind, found
    end
end

------------------------------------------------------------------------------------------------------------------- copy

local copy_options = { recursive = true, atomic = true, new = true }
local copy_tree

-- One thing of that type; the target is not there, or is to be replaced.
local function copy_one(from, kind, to, flags, deadline)
    if kind == "folder" then return copy_tree(from, to, flags, deadline) end
    if kind ~= "link" then
        local size, message, code = raw.copy(from, to, flags, left(deadline))
        if not size then return nil, message, code end
        return true
    end
    local target, message, code = raw.readlink(from, "", left(deadline))
    if not target then return nil, message, code end
    return raw.symlink(target, to, left(deadline))
end

function copy_tree(from, to, flags, deadline)
    local stat, message, code = raw.stat(from, "f", left(deadline))
    if not stat then return nil, message, code end
    local ok
    ok, message, code = raw.mkdir(to, flags:find("n") and "" or "d", stat.mode | 448, left(deadline))
    if not ok then return nil, message, code end
    local names, types
    names, types, code = raw.list(from, "", left(deadline))
    if not names then return nil, types, code end
    for i, name in ipairs(names) do
        ok, message, code = copy_one(join(from, name), types[i], join(to, name), flags, deadline)
        if not ok then return nil, message, code end
    end
    if stat.mode & 448 == 448 then return true end
    return raw.chmod(to, stat.mode, left(deadline))
end

-- Whether `to` would be below `from`.
local function is_inside(from, to, deadline)
    local source, message, code = raw.realpath(from, "", left(deadline))
    if not source then return nil, message, code end
    local target
    target, message, code = raw.realpath(to, "", left(deadline)) -- it may be a link
    if code == ENOENT then
        local parent = to:match("^(.*)/[^/]+/*$") or "."
        target, message, code = raw.realpath(parent == "" and "/" or parent, "", left(deadline))
    end
    if not target then return nil, message, code end
    return join(target, ""):sub(1, #source + 1) == join(source, "")
end

-- fs.copy(from, to[, {recursive =, atomic =, new =, timeout =}]) -> true. Files keep their permissions; of a folder links are
-- copied as links.
function fs.copy(from, to, options)
    check_path("fs.copy", "from", from)
    check_path("fs.copy", "to", to)
    options = options_of(options, copy_options, "fs.copy")
    local flags = (options.atomic and "r" or "") .. (options.new and "n" or "")
    local deadline = deadline_in(options.timeout)
    if not options.recursive then return copy_one(from, "file", to, flags, deadline) end
    local stat, message, code = raw.stat(from, "f", left(deadline))
    if not stat then return nil, message, code end
    if stat.type ~= "folder" then return copy_one(from, "file", to, flags, deadline) end
    local inside
    inside, message, code = is_inside(from, to, deadline)
    if inside == nil then return nil, message, code end
    if inside then return nil, from .. ": a folder cannot be copied into itself", 22 end
    return copy_tree(from, to, flags, deadline)
end

------------------------------------------------------------------------------------------------------ temporary folders

local TempFolder = { __name = "temporary folder",
    __stays = "a temporary folder, which stays in its state; send its path" }
TempFolder.__index = TempFolder

-- fs.temp_folder([{folder =, prefix =, suffix =, timeout =}]) -> object with .path; closing removes it with all that is in it
function fs.temp_folder(options)
    local first, last, timeout = file.temp_name("fs.temp_folder", options)
    local path, message, code = raw.temp_folder(first, last, timeout)
    if not path then return nil, message, code end
    return setmetatable({ path = path, guard = file.guard(path) }, TempFolder)
end

-- folder:close() -> true
function TempFolder:close()
    if not self.guard then return true end
    local ok, message, code = raw.remove(self.path, "d")
    if not ok and code ~= ENOENT then return nil, message, code end
    self.guard.path, self.guard = nil, nil
    return true
end

function TempFolder:__close() self:close() end

function TempFolder:__tostring() return self.path end

------------------------------------------------------------------------------------------------------------------ watch

-- fs.watch(path[, {recursive =, timeout =}]) -> watch. See fs_watch.lua.
function fs.watch(path, options)
    check_path("fs.watch", "path", path)
    return require("plait.fs_watch")(path, options, join)
end

plait.fs = fs
return fs
