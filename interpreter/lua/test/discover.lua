-- test/discover.lua - which files hold tests.
--
--     local files, message = discover{ { path = "test" }, { path = "spec/a_spec.lua", line = 12 } }
--     --> { { path = "test/x_test.lua" }, { path = "spec/a_spec.lua", lines = { 12 } } }

local plait = require "plait"

local fs = plait.fs
local ROOTS = { "test", "tests", "spec" }
local SKIPPED = { lua_modules = true, node_modules = true, build = true, _build = true }

local function is_test(name)
    return name:find("_test%.lua$") or name:find("^test_.*%.lua$") or name:find("_spec%.lua$")
end

local function base(path) return path:match("[^/]+$") end

-- Not into what is hidden, belongs to others, or is built.
local function enter(path)
    local name = base(path)
    if name:find("^%.") or SKIPPED[name] or name:find("^cmake%-build") then return false end
    return not fs.exists(path .. "/CMakeCache.txt")
end

local function add(found, path, line)
    local file = found[path]
    if not file then
        file = { path = path }
        found[path] = file
        found[#found + 1] = file
        if line then file.lines = {} end
    end
    if not line then
        file.lines = nil
    elseif file.lines then
        table.insert(file.lines, line)
    end
end

local function tidy(path)
    path = path:gsub("/+$", ""):gsub("^%./+", "")
    return path == "" and "/" or path
end

local function walk(found, folder)
    local prefix = folder == "." and "./" or ""
    for path, kind in fs.walk(folder, { enter = enter }) do
        if prefix ~= "" then path = path:gsub("^%./", "") end
        if (kind == "file" or kind == "link") and is_test(base(path)) then add(found, path) end
    end
end

local function roots()
    local list = {}
    for _, name in ipairs(ROOTS) do
        local stat = fs.stat(name)
        if stat and stat.type == "folder" then list[#list + 1] = { path = name } end
    end
    if #list == 0 then list[1] = { path = "." } end
    return list
end

return function(paths)
    local found = {}
    for _, each in ipairs(#paths > 0 and paths or roots()) do
        local path = tidy(each.path)
        local stat, message = fs.stat(path)
        if not stat and each.line then -- a name that ends in :12
            local whole = tidy(each.path .. ":" .. each.line)
            stat = fs.stat(whole)
            if stat then path, each = whole, { path = whole } end
        end
        if not stat then return nil, message end
        if stat.type ~= "folder" then
            add(found, path, each.line)
        elseif each.line then
            return nil, ("%s: is a folder, and has no line %d"):format(path, each.line)
        else
            walk(found, path)
        end
    end
    local files = {}
    for i, file in ipairs(found) do files[i] = file end
    table.sort(files, function(a, b) return a.path < b.path end)
    return files
end
