-- Compares the definition files with the program and with the manual; run by definitions.sh.
local source = assert(arg[1])
local reader = dofile(source .. "/packaging/tools/definitions.lua")
local definitions = reader.read(source .. "/packaging/luacats/library")

local bad = 0
local function complain(form, ...)
    bad = bad + 1
    print(form:format(...))
end

------------------------------------------------------------------------------------------------------------------ modules

-- What a module defines is in it, and what is in it is defined.
local function compare_module(label, defined, module, private)
    for name, entry in pairs(defined.names) do
        if module[name] == nil then complain("%s: %s.%s is not in the program", entry.where, label, name) end
    end
    for name in pairs(module) do
        if not name:find("^__") and not defined.names[name] and name ~= private then
            complain("packaging/luacats/library: %s.%s is missing", label, name)
        end
    end
end

compare_module("plait", definitions.modules.plait, plait)
compare_module("async", definitions.modules.async, async)
for name, defined in pairs(definitions.modules) do
    local is_told = name:find("^plait%.") and name ~= "plait.test.run" -- which has what only the runner calls
    if is_told then compare_module(name, defined, require(name), name == "plait.net" and "Listener") end
end
-- These too were compiled in to be required by scripts: whoever adds one adds its definitions.
local manual = assert(plait.fs.read(source .. "/docs/manual.md"))
local testing = assert(plait.fs.read(source .. "/docs/testing.md"))
for name in (manual .. testing):gmatch("require \"(plait[%w_.]*)\"") do
    if not definitions.modules[name] and name ~= "plait.prompt" then
        complain("packaging/luacats/library: the module %s is missing", name)
    end
end

for name, entry in pairs(definitions.globals) do
    if _G[name] == nil then complain("%s: there is no global %s", entry.where, name) end
end
for name in pairs(_G) do
    if rawget(plait, name) == _G[name] and not definitions.globals[name] then
        complain("packaging/luacats/library/globals.lua: the global %s is missing", name)
    end
end

------------------------------------------------------------------------------------------------------------------ classes

-- The methods that an object has: by its metatable, or in itself.
local function methods_of(object)
    local names = {}
    local function add(t)
        for name, value in pairs(t) do
            if type(name) == "string" and not name:find("^__") and type(value) == "function" then names[name] = true end
        end
    end
    local metatable = debug.getmetatable(object)
    local index = metatable and metatable.__index or object
    if type(index) == "table" then
        add(index)
    elseif type(index) == "function" then
        for i = 1, 20 do
            local name, value = debug.getupvalue(index, i)
            if not name then break end
            if type(value) == "table" and (name == "" or name:find("methods$")) then add(value) end
        end
    end
    return names
end

local seen_classes = {}

-- Each class named has its methods; together they have all of the object's but those in `private`.
local function compare_class(object, class_names, private)
    local methods = methods_of(object)
    for name in pairs(private or {}) do methods[name] = nil end
    for class_name in class_names:gmatch("%S+") do
        local class = definitions.classes[class_name]
        if not class then return complain("packaging/luacats/library: the class %s is missing", class_name) end
        seen_classes[class_name] = true
        while class do
            for name, entry in pairs(class.methods) do
                local ok, value = pcall(function() return object[name] end)
                if not ok or type(value) ~= "function" then
                    complain("%s: %s has no method %s", entry.where, class_name, name)
                end
            end
            class = definitions.classes[class.parent]
            if class then seen_classes[class.name] = true end
        end
    end
    for name in pairs(methods) do
        local found = false
        for class_name in class_names:gmatch("%S+") do
            found = found or reader.method(definitions, definitions.classes[class_name], name)
        end
        if not found then complain("packaging/luacats/library: %s:%s is missing", class_names, name) end
    end
end

local function set(...)
    local names = {}
    for _, name in ipairs{ ... } do names[name] = true end
    return names
end

for _, name in ipairs{ "Lock", "Value", "Channel", "Event", "Condition" } do
    compare_class(plait[name](), "plait." .. name)
end
compare_class(plait.RLock(), "plait.Lock")
compare_class(plait.Semaphore(1), "plait.Semaphore")
compare_class(plait.Barrier(1), "plait.Barrier")
compare_class(plait.Array("u8", 1), "plait.Array")
-- All handles have one metatable.
compare_class(plait.Future(), "plait.Task plait.Thread plait.Process plait.Future")
compare_class(plait.deadline(60), "plait.Deadline")
plait.scope(function(s) compare_class(s, "plait.Scope") end)
local pool <close> = plait.Pool(1)
assert(pool.map) -- its methods are there from the first on
compare_class(pool, "plait.Pool")
local command_pool <close> = plait.Pool{ processes = 1, command = { "cat" } }
compare_class(command_pool, "plait.CommandPool")

local folder <close> = assert(plait.fs.temp_folder())
local file <close> = assert(plait.fs.temp_file())
local watch <close> = assert(plait.fs.watch(folder.path))
compare_class(folder, "plait.Folder")
compare_class(file, "plait.File")
compare_class(watch, "plait.Watch")

local listener <close> = assert(plait.net.listen("localhost:0"))
local connection <close> = assert(plait.net.connect(listener.address))
local udp <close> = assert(plait.net.udp())
compare_class(listener, "plait.Listener")
-- All streams have one metatable.
compare_class(connection, "plait.Stream plait.Connection plait.Pty")
compare_class(udp, "plait.UdpSocket")

-- Without its library there is no server and no request.
local function serve(request)
    compare_class(request, "plait.Request")
    return "x"
end
local has_server, server = pcall(plait.http.serve, "localhost:0", serve)
if has_server and server then
    compare_class(server, "plait.Server", set("stopped"))
    local has_client, response = pcall(plait.http.get, server.url, { stream = true })
    if has_client and response then
        compare_class(response, "plait.Response")
        response:close()
    end
    server:stop()
end

local threading = require "plait.threading"
local inner = set("noun", "spawn")
compare_class(threading.Thread{ target = print }, "plait.threading.Thread", inner)
compare_class(threading.Timer(1, print), "plait.threading.Timer", inner)
for _, name in ipairs{ "Lock", "Semaphore", "Condition", "Event" } do
    compare_class(threading[name](), "plait.threading." .. name)
end
compare_class(threading.RLock(), "plait.threading.Lock")
compare_class(threading.BoundedSemaphore(), "plait.threading.Semaphore")
compare_class(threading.Barrier(1), "plait.threading.Barrier")

local multiprocessing = require "plait.multiprocessing"
compare_class(multiprocessing.Process{ target = print }, "plait.multiprocessing.Process", inner)
local workers = multiprocessing.pool.ThreadPool(1)
compare_class(workers, "plait.multiprocessing.Pool")
local result = workers:apply_async(math.max, { 1 })
compare_class(result, "plait.multiprocessing.AsyncResult", inner)
workers:terminate()
compare_class(multiprocessing.Value("i", 1), "plait.multiprocessing.Value")
compare_class(multiprocessing.Array("i", 1), "plait.multiprocessing.Array")
compare_class((multiprocessing.Pipe()), "plait.multiprocessing.Connection")
local manager = multiprocessing.Manager()
compare_class(manager, "plait.multiprocessing.Manager")
compare_class(manager:dict(), "plait.multiprocessing.dict")
compare_class(manager:list(), "plait.multiprocessing.list")

local asyncio = require "plait.asyncio"
compare_class(asyncio.get_event_loop(), "plait.asyncio.Loop")
local group <close> = asyncio.TaskGroup()
compare_class(group, "plait.asyncio.TaskGroup")

local queue = require "plait.queue"
compare_class(queue.SimpleQueue(), "plait.queue.SimpleQueue")
for _, name in ipairs{ "Queue", "LifoQueue", "PriorityQueue" } do compare_class(queue[name](), "plait.queue.Queue") end

local futures = require "plait.concurrent.futures"
local executor <close> = futures.ThreadPoolExecutor(1)
compare_class(executor, "plait.concurrent.futures.Executor")
compare_class(executor:submit(math.max, 1), "plait.concurrent.futures.Future")

-- Of the argument of tests, and of terminals, it is docs/testing.md that tells, by one letter each.
compare_class(require("plait.test.checks").fatal, "plait.Assertions")
local function compare_told(class_name, letter)
    local class = definitions.classes[class_name]
    seen_classes[class_name] = true
    for name, entry in pairs(class.methods) do
        if not testing:find("%f[%w_]" .. letter .. "[.:]" .. name .. "%f[^%w_]") then
            complain("%s: docs/testing.md does not tell of %s.%s", entry.where, letter, name)
        end
    end
    for code in testing:gmatch("`([^`\n]+)`") do
        for name in code:gmatch("%f[%w_]" .. letter .. "[.:]([%a_][%w_]*)") do
            if not reader.method(definitions, class, name) then
                complain("packaging/luacats/library/test.lua: %s.%s is missing", letter, name)
            end
        end
    end
end
compare_told("plait.TestContext", "t")
compare_told("plait.TestTerminal", "p")
local clock = require("plait.test.clock").start()
compare_class(clock, "plait.Clock")
clock:stop()

-- A class with methods that nothing above looked at would not be compared at all.
if has_server and server then
    for name, class in pairs(definitions.classes) do
        if next(class.methods) and not seen_classes[name] then complain("no object of %s was compared", name) end
    end
end

--------------------------------------------------------------------------------------------------------------- the manual

-- Names as the manual's tables and signatures have them, in code: `plait.now()`, `lock:acquire([timeout])`.
local owners = {
    plait = "plait", fs = "plait.fs", net = "plait.net", http = "plait.http",
    threading = "plait.threading", multiprocessing = "plait.multiprocessing", asyncio = "plait.asyncio",
    queue = "plait.queue", futures = "plait.concurrent.futures", time = "plait.time", async = "async",
}
local all_members = {}
for _, class in pairs(definitions.classes) do
    for name in pairs(class.methods) do all_members[name] = true end
end
local count = 0
local text = ("\n" .. manual):gsub("\n```.-\n```", "") -- without examples
for line in text:gmatch("[^\n]+") do
    for code in line:gmatch("`([^`]+)`") do
        for owner, name in code:gmatch("%f[%w_/]([%a_]+)%.([%a_][%w_]*)%f[^%w_]") do
            local module = definitions.modules[owners[owner]]
            local is_module = definitions.modules["plait." .. name] or name == "concurrent" or name == "prompt"
            count = count + 1
            local is_word = name == "local" -- Python's threading.local
            if module and not module.names[name] and not (owner == "plait" and is_module) and not is_word then
                complain("the manual has %s.%s, the definitions have not", owner, name)
            end
        end
        for name in code:gmatch("%f[%w_][%a_]+:([%a_][%w_]*)%(") do
            count = count + 1
            if not all_members[name] and not string[name] then
                complain("the manual has a method %s, the definitions have not", name)
            end
        end
    end
end
-- Kinds of errors: the first column of their table.
local kinds = assert(text:match("| kind | when .-\n\n"), "no table of kinds")
local kind_lines = assert(plait.fs.read(source .. "/packaging/luacats/library/plait.lua")):match("@alias plait.kind\n(.-)\n\n")
for names in kinds:gmatch("\n| (`[^|]+`) |") do
    for name in names:gmatch("`(%l[%l_]+)`") do
        count = count + 1
        if not kind_lines:find('"' .. name .. '"', 1, true) then complain("plait.kind has no %q", name) end
    end
end
if count < 300 then complain("the manual named only %d things", count) end

---------------------------------------------------------------------------------------------------------------- the notes

-- Each parameter is told, in its order; types that are named are there.
for _, entry in ipairs(definitions.functions) do
    local told = {}
    for _, note in ipairs(entry.notes) do
        local name = note:match("^@param ([%w_.]+)%??%s")
        if name then told[#told + 1] = name end
    end
    if table.concat(told, ",") ~= table.concat(entry.parameters, ",") then
        complain("%s: parameters (%s), but told are (%s)", entry.where, table.concat(entry.parameters, ", "),
            table.concat(told, ", "))
    end
end
for _, note in ipairs(definitions.notes) do
    if note.text:find("^@") and not note.text:find("^@meta") then
        for name in note.text:gmatch("%f[%w_.]plait%.[%w_.]+") do
            if not definitions.types[name] then complain("%s: there is no type %s", note.where, name) end
        end
        local tag = note.text:match("^@(%a+)")
        if not ("meta class field alias param return overload type async nodiscard generic operator "):find(tag .. " ", 1, true) then
            complain("%s: @%s is no annotation", note.where, tag)
        end
    end
end

if bad > 0 then error("the definitions do not fit", 0) end
