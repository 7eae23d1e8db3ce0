-- What the definition files (luacats/library/*.lua) define: read line by line, as they are written here, not as any Lua.
--
--     local definitions = dofile("definitions.lua").read(folder)
--     definitions.modules["plait.fs"].names.read   --> {kind = "function", parameters = {"path", "options"}, ...}
--     definitions.globals.await
--     definitions.classes["plait.Lock"].methods.acquire, .fields, .parent
--     definitions.types    all names of classes and aliases

local M = {}

local function list_files(folder)
    local pipe = assert(io.popen("ls '" .. folder .. "'"))
    local names = {}
    for name in pipe:lines() do
        if name:find("%.lua$") then names[#names + 1] = name end
    end
    pipe:close()
    assert(#names > 0, "no definitions in " .. folder)
    return names
end

-- "a, b, ..." as a list.
local function split(text)
    local list = {}
    for word in text:gmatch("[^%s,]+") do list[#list + 1] = word end
    return list
end

local function new_reader(definitions, path)
    return { definitions = definitions, path = path, notes = {}, locals = {}, line = 0 }
end

local function class_of(reader, name)
    local classes = reader.definitions.classes
    classes[name] = classes[name] or { name = name, methods = {}, fields = {}, calls = {} }
    return classes[name]
end

-- The notes ("---@...", "---text") above what is defined now.
local function take_notes(reader)
    local notes = reader.notes
    reader.notes = {}
    reader.class = nil
    return notes
end

local function read_note(reader, note)
    local definitions = reader.definitions
    local name, rest = note:match("^@class ([%w_.]+)(.*)")
    if name then
        reader.class = class_of(reader, name)
        reader.class.parent = rest:match("^: ([%w_.]+)")
        definitions.types[name] = reader.path
    end
    name = note:match("^@alias ([%w_.]+)")
    if name then definitions.types[name] = reader.path end
    name = note:match("^@field ([%a_][%w_]*)%??")
    if name and reader.class then reader.class.fields[name] = note end
    name = note:match("^@meta ([%w_.]+)")
    if name and name ~= "_" then
        reader.module = { name = name, names = {} }
        definitions.modules[name] = reader.module
    elseif note == "@meta" then
        reader.module = { name = "plait", names = {} }
        definitions.modules.plait = reader.module
    end
    reader.notes[#reader.notes + 1] = note
    definitions.notes[#definitions.notes + 1] = { where = reader.path .. ":" .. reader.line, text = note }
end

-- "threading.Lock", "await", "async.fn", "Lock:acquire", "Channel" of a local class.
local function define(reader, path, parameters)
    local definitions = reader.definitions
    local entry = {
        where = reader.path .. ":" .. reader.line,
        parameters = parameters,
        notes = take_notes(reader),
    }
    if parameters then definitions.functions[#definitions.functions + 1] = entry end
    local owner, separator, name = path:match("^([%a_][%w_]*)([.:])([%a_][%w_]*)$")
    if not owner then
        definitions.globals[path] = entry
        return
    end
    local class = reader.locals[owner]
    local is_module = reader.module and class and class.name == reader.module.name
    if separator == ":" or class and not is_module then
        assert(class, entry.where .. ": a method of what is no class: " .. path)
        class.methods[name] = entry
        return
    end
    if owner == "async" then
        definitions.modules.async = definitions.modules.async or { name = "async", names = {} }
        definitions.modules.async.names[name] = entry
        return
    end
    assert(reader.module, entry.where .. ": a function of what is no module: " .. path)
    reader.module.names[name] = entry
end

local function read_line(reader, line)
    local note = line:match("^%-%-%-(@?%s*.*)")
    if note and not note:find("^%-") then return read_note(reader, note) end
    local path, parameters = line:match("^function ([%w_.:]+)%((.-)%) end$")
    if path then return define(reader, path, split(parameters)) end
    local name = line:match("^local ([%w_]+) = {}$")
    if name then
        reader.locals[name] = reader.class
        take_notes(reader)
        return
    end
    name = line:match("^([%w_.]+) = ")
    if name == "plait" and line == "plait = {}" then
        reader.definitions.globals.plait = { where = reader.path .. ":" .. reader.line }
        take_notes(reader)
    elseif name then
        define(reader, name)
    elseif line == "" then
        take_notes(reader)
    elseif not line:find("^%-%-") and not line:find("^return [%w_]+$") then
        error(("%s:%d: not the form of a definition: %s"):format(reader.path, reader.line, line))
    end
end

function M.read(folder)
    local definitions = { modules = {}, globals = {}, classes = {}, types = {}, functions = {}, notes = {} }
    for _, file in ipairs(list_files(folder)) do
        local reader = new_reader(definitions, file)
        for line in io.lines(folder .. "/" .. file) do
            reader.line = reader.line + 1
            read_line(reader, line)
        end
    end
    return definitions
end

-- The method of that name, of the class or of one it inherits from.
function M.method(definitions, class, name)
    while class do
        if class.methods[name] or class.fields[name] then return true end
        class = definitions.classes[class.parent]
    end
    return false
end

return M
