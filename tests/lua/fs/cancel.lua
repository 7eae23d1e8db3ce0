-- Cancelled in the middle of every operation, at any moment: no descriptor, no temporary file and no block of memory is left, and
-- what is open can be used on.
local fs = plait.fs
local files = require "files"
local folder <close> = assert(fs.temp_folder())
local function at(name) return folder.path .. "/" .. name end
local preset = os.getenv("PLAIT_PRESET")
local ROUNDS = (preset == "asan" or preset == "tsan") and 5 or 12

files.sparse(at "big", 1 << 24)
assert(fs.mkdir(at "tree"))
for i = 1, 20 do
    assert(fs.mkdir(at("tree/" .. i)))
    for j = 1, 20 do assert(fs.write(at("tree/%d/%d"):format(i, j), "x")) end
end
assert(fs.mkdir(at "empty"))
os.execute("mkfifo " .. at "pipe")
local big = ("x"):rep(1 << 22)
local opened <close> = assert(fs.open(at "big", "r+"))
local other <close> = assert(fs.open(at "other", "w+"))

local operations = {
    read = function() fs.read(at "big") end,
    write = function() fs.write(at "written", big) end,
    atomic = function() fs.write(at "empty/atomic", big, { atomic = true, sync = true }) end,
    append = function() fs.append(at "written", big) end,
    copy = function() fs.copy(at "big", at "copy") end,
    copy_atomic = function() fs.copy(at "big", at "empty/copy", { atomic = true }) end,
    copy_tree = function() fs.copy(at "tree", at "tree2", { recursive = true }) end,
    open = function() local f <close> = fs.open(at "big") end,
    open_to_write = function() local f <close> = fs.open(at "written", "w") end,
    pipe = function() fs.open(at "pipe") end,
    file_read = function() opened:seek("set") opened:read("a") end,
    file_lines = function() for _ in opened:lines(100000) do end end,
    file_write = function() other:seek("set") other:write(big) end,
    file_rest = function() opened:stat() opened:sync() opened:seek("end") end,
    lines = function() for _ in fs.lines(at "big", 65536) do end end,
    walk = function() for path in fs.walk(at "tree") do fs.stat(path) end end,
    list = function() fs.list(at "tree/1") end,
    names = function()
        fs.stat(at "big") fs.realpath(at "big") fs.mkdir(at "made", { parents = true }) fs.rename(at "made", at "made2") fs.remove(at "made2")
    end,
    remove = function() fs.mkdir(at "gone/a/b", { parents = true }) fs.remove(at "gone", { recursive = true }) end,
    temp_file = function() local f <close> = fs.temp_file{ folder = at "empty" } f:write("x") end,
    temp_folder = function() local d <close> = fs.temp_folder{ folder = at "empty" } fs.write(d.path .. "/x", "x") end,
    watch = function() local w <close> = fs.watch(at "tree", { recursive = true }) w:next() end,
}
local names = {}
for name in pairs(operations) do names[#names + 1] = name end
table.sort(names)

local function cancel_one(name, moment)
    local task = async(operations[name])
    for _ = 1, moment do plait.yield() end
    if moment > 4 then sleep(math.random() * 0.003) end
    task:cancel()
    local ok, err = pcall(await, task)
    assert(ok or plait.kind(err) == "cancelled", name .. ": " .. tostring(err))
end

local function run()
    for _, name in ipairs(names) do
        for moment = 1, ROUNDS do cancel_one(name, moment) end
        collectgarbage()
    end
    -- Many at once, and whoever waits for a turn.
    local tasks = {}
    for i = 1, 200 do tasks[i] = async(operations[names[i % #names + 1]]) end
    plait.yield()
    for _, task in ipairs(tasks) do task:cancel() end
    plait.wait(tasks)
end

fs.stat("/") -- the pool is there
await(async(run))
collectgarbage()
local before = files.count_open()
run()
collectgarbage()
print(files.wait_for_open(before)) --> true
fs.remove(at "empty/atomic") -- these are there if they were done
fs.remove(at "empty/copy")
print(files.wait_for_names(at "empty", "")) --> true
print(opened:seek("set"), #opened:read(10), other:seek("set"), other:write("ok") == other) --> 0	10	0	true
print(#assert(fs.read(at "big")) == 1 << 24) --> true
