-- What can go wrong in a strand, and what is to arrive for it: used by error/matrix_*.lua.
local M = {}

local Class = { __name = "Class" }
Class.__index = Class
Class.__tostring = function(e) return "Class " .. e.code end
M.Class = Class

-- The function of a strand, and a check of the error that arrives.
M.ways = {
    string = { function() error("text") end, function(e) return e:match(":%d+: text$") ~= nil end },
    table = {
        function() error(setmetatable({ code = 7, list = { 1 } }, require "matrix".Class)) end,
        function(e) return getmetatable(e) == Class and e.code == 7 and e.list[1] == 1 and tostring(e) == "Class 7" end,
    },
    ["nil"] = { function() error(nil) end, function(e) return e == nil end },
    ["false"] = { function() error(false) end, function(e) return e == false end },
    nested = {
        function()
            await(async{
                function()
                    await(spawn_thread{ function() error("below") end, name = "inner thread" })
                end,
                name = "inner task",
            })
        end,
        function(e) return e:match(":%d+: below$") ~= nil end,
        trace = { "in task %d+ 'inner task', started at %S*matrix%.lua:%d+\n", "in thread %d+ 'inner thread', started at %S*matrix%.lua:%d+\n" },
    },
    memory = {
        function()
            local file <close> = io.tmpfile()
            return file:read(1 << 46) -- it begins by allocating that
        end,
        function(e) return e == "not enough memory" end,
        trace = {}, -- Lua has no memory for one
    },
    overflow = {
        function()
            local function deeper() return 1 + deeper() end
            return deeper()
        end,
        function(e) return e:match("stack overflow") ~= nil end,
    },
    c_overflow = {
        function()
            local function deeper(s) return (s:gsub(".", deeper)) end
            return deeper("x")
        end,
        function(e) return e:match("C stack overflow") ~= nil end,
    },
    generator = {
        function()
            for _ in coroutine.wrap(function()
                sleep(0)
                error("in a generator")
            end) do end
        end,
        function(e) return e:match("in a generator$") ~= nil end,
        trace = { "in a coroutine\nstack traceback:" },
    },
    runtime = {
        function()
            local t
            return t.x
        end,
        function(e) return e:match("attempt to index a nil value %(local 't'%)$") ~= nil end,
    },
}

M.starts = { task = async, thread = spawn_thread, process = spawn_process }
M.kinds = { "task", "thread", "process" }

-- What a strand of this kind and way gives to those who await it, as a line; "right" if it is right.
function M.check(kind, name)
    local way = M.ways[name]
    local h = M.starts[kind]{ way[1], name = "the strand" }
    local ok, err = pcall(await, h)
    local again = h:error()
    local trace = h:traceback()
    if ok then return "no error" end
    if not way[2](err) then return "arrived: " .. tostring(err) end
    if not rawequal(err, again) and not (err ~= err) then return "error() gives " .. tostring(again) end
    if h:status() ~= "failed" then return "status is " .. h:status() end
    if kind == "process" and h.exitcode ~= 1 then return "exitcode is " .. tostring(h.exitcode) end
    for _, wanted in ipairs(way.trace or { "stack traceback:\n.*matrix%.lua:%d+: in " }) do
        if not (trace or ""):find(wanted) then return "traceback: " .. tostring(trace) end
    end
    return "right"
end

return M
