-- test/history.lua - what is kept from one run to the next, in .plait/test.json of the directory: how long each file took, and
-- what failed in it. It is a convenience: what cannot be read or written is as if it was not there.

local internal = require "plait.internal"
local plait = require "plait"

local fs = plait.fs
local FOLDER, PATH = ".plait", ".plait/test.json"
local VERSION = 1

local history = {}

local function read()
    local text = fs.read(PATH, { limit = 64 << 20 })
    if not text then return nil end
    local frames = internal.foreign_frames("json")
    frames:feed((text:gsub("%s*$", "")) .. "\n")
    local is_there, value = frames:next()
    return is_there and type(value) == "table" and value.version == VERSION and type(value.files) == "table" and value or nil
end

local function is_entry(entry)
    if type(entry) ~= "table" or type(entry.seconds) ~= "number" or type(entry.failed) ~= "table" then return false end
    for _, name in pairs(entry.failed) do
        if type(name) ~= "string" then return false end
    end
    return true
end

-- path -> { seconds =, failed = { names }, is_broken = the file itself has failed }
function history.load()
    local value, files = read(), {}
    for path, entry in pairs(value and value.files or {}) do
        if type(path) == "string" and is_entry(entry) then files[path] = entry end
    end
    return files
end

-- The names that failed before, and now, in a run that may have left some out.
local function merged(old, file, is_failure)
    local failed, seen = {}, {}
    for _, record in ipairs(file.tests) do
        if record.status and record.status ~= "interrupted" then
            seen[record.name] = true
            if is_failure(record.status) then failed[#failed + 1] = record.name end
        end
    end
    for _, name in ipairs(old and old.failed or {}) do
        if not seen[name] and file.was_partial then failed[#failed + 1] = name end
    end
    return failed
end

-- `files`: those that were run; `old`: what `load` has given.
function history.save(files, old, is_failure)
    local all = {}
    for path, entry in pairs(old) do all[path] = entry end
    for _, file in ipairs(files) do
        if file.tests and file.seconds then
            all[file.path] = { seconds = file.seconds, failed = merged(old[file.path], file, is_failure),
                is_broken = #file.failures > 0 or nil }
        end
    end
    if not fs.mkdir(FOLDER, { parents = true }) then return end
    local ok, text = pcall(internal.foreign_encode, "json", { version = VERSION, files = all })
    if ok then fs.write(PATH, text, { atomic = true }) end
end

return history
