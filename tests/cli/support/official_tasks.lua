-- official_tasks.lua - files of Lua's own test suite in tasks, for official_tasks.sh.
--
--   official_tasks.lua slice N FILE...   each once, preempted after each N instructions, with others ready
--   official_tasks.lua storm N FILE...   again and again, until they have been interrupted N times by another thread
local internal = require "plait.internal"
local what, number = ...
number = tonumber(number)
local files = table.pack(select(3, ...))
_soft, _port, _nomsg = true, true, true
Message = function() end

-- In the main script's place is a task.
local function load_file(name)
    local file <close> = assert(io.open(name))
    local text = file:read("a"):gsub('assert%(type%(main%) == "thread" and ismain%)', "")
    return assert(load(text, "@" .. name))
end

local function run(name)
    local globals = {}
    for k, v in pairs(_G) do globals[k] = v end
    load_file(name)(name)
    internal.slice(0)
    setmetatable(_G, nil)
    for _, v in ipairs{ 0, false, print } do debug.setmetatable(v, nil) end
    debug.setmetatable(nil, nil)
    for k in pairs(_G) do _G[k] = globals[k] end
    for k, v in pairs(globals) do _G[k] = v end
    collectgarbage("incremental")
end

-- What is asked for by another thread is answered between two instructions, or where the strand waits. Each time it is waited for; a C function
-- that takes too long does not count.
local looks, stop = plait.Value(0), plait.Event()
local function look()
    while not stop:is_set() do
        if #plait.strands() >= 3 then looks:add(1) end
    end
end

local turns = 0
local ready = async(function()
    while not stop:is_set() do
        turns = turns + 1
        plait.yield()
    end
end)
if what == "slice" then
    for _, name in ipairs(files) do
        await(async(function()
            internal.slice(number)
            run(name)
        end))
    end
    stop:set()
    io.stderr:write("\n", turns, " turns\n")
else
    local looker = spawn_thread(look)
    local rounds = 0
    while looks.value < number do
        rounds = rounds + 1
        for i = 1, #files do await(async(run, files[i])) end
    end
    stop:set()
    await(looker)
    io.stderr:write("\n", looks.value, " interruptions in ", rounds, " rounds\n")
end
