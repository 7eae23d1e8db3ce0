-- Time-outs, as a number or as an option. With none left nothing is begun.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/a"
assert(fs.write(path, "text\nmore"))

for _, call in ipairs{
    function(t) return fs.read(path, t) end,
    function(t) return fs.write(path .. "x", "", t) end,
    function(t) return fs.append(path, "", t) end,
    function(t) return fs.stat(path, t) end,
    function(t) return fs.exists(path, t) end,
    function(t) return fs.list(folder.path, t) end,
    function(t) return fs.mkdir(path .. "d", t) end,
    function(t) return fs.remove(path .. "none", t) end,
    function(t) return fs.rename(path, path, t) end,
    function(t) return fs.copy(path, path .. "c", t) end,
    function(t) return fs.copy(path, path .. "c", { recursive = true, timeout = t }) end,
    function(t) return fs.symlink("x", path .. "l", t) end,
    function(t) return fs.readlink(path, t) end,
    function(t) return fs.realpath(path, t) end,
    function(t) return fs.chmod(path, "600", t) end,
    function(t) return fs.open(path, "r", t) end,
    function(t) return fs.temp_file{ timeout = t } end,
    function(t) return fs.temp_folder{ timeout = t } end,
    function(t) return fs.watch(folder.path, t) end,
} do
    local result, message, code = call(0)
    assert(result == nil and message == "timeout" and code == nil)
end
print(plait.kind(select(2, pcall(fs.walk, folder.path, 0)))) --> timeout

local f <close> = assert(fs.open(path, "r+"))
local function tell(result, message) print(result, message) end
tell(f:read("l", { timeout = 0 })) --> nil	timeout
print(f:read(1, { timeout = 10 }), f:read("l")) --> t	ext
tell(f:seek("end", 0, 0)) --> nil	timeout
tell(f:write("x", { timeout = 0 })) --> nil	timeout
tell(f:sync(0)) --> nil	timeout
tell(f:stat(0)) --> nil	timeout
tell(f:truncate(0, 0)) --> nil	timeout
f:seek("set", 0)
tell(f:read_until("m", 0)) --> nil	timeout
print(#f:read_until("m"), f:seek()) --> 5	6
print(pcall(function() for _ in fs.lines(path, "l", { timeout = 0 }) do end end)) --> false	timeout.lua:45: timeout
-- A deadline and plait.timeout end such waits, too.
print(plait.timeout(0.01, function() while true do fs.read(path) end end)) --> nil	timeout
print(plait.kind(select(2, pcall(function()
    local d <close> = plait.deadline(0)
    for _ in fs.lines("/dev/zero", 1 << 20) do end
end)))) --> timeout
-- One that passes while the pool is at work; what is read later is all there.
local files = require "files"
local big = files.sparse(folder.path .. "/big", 1 << 31)
local g <close> = assert(fs.open(big))
local got, message = g:read("a", { timeout = 0.01 })
print(got, message == "timeout" or message, g:seek("set"), #g:read(100)) --> nil	true	0	100
