-- The same in tasks, threads, processes and the main script; nobody takes the wait for a deadlock.
local fs = require "plait.fs"
print(fs == plait.fs) --> true
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/a"
assert(fs.write(path, "text"))
local function work(name)
    local fs = plait.fs
    assert(fs.append(path, " " .. name))
    local f <close> = assert(fs.open(path))
    return f:read("a")
end
print(work("main")) --> text main
print(await(async(work, "task"))) --> text main task
print(await(spawn_thread(work, "thread"))) --> text main task thread
print(await(spawn_process(work, "process"))) --> text main task thread process
-- In a coroutine of the script's own, and of functions that are sent by name.
print(coroutine.wrap(function() return fs.read(path, { limit = 100 }) end)()) --> text main task thread process
print(await(spawn_thread(fs.read, path))) --> text main task thread process
-- Where Lua cannot be suspended it says so; the main script can wait anywhere.
local t = async(function() return pcall(string.gsub, "x", "x", function() return fs.read(path) end) end)
print((select(2, await(t)).message:gsub("^.-: ", ""))) --> cannot wait (fs.read) inside the C function 'gsub': it cannot be suspended
print((string.gsub("x", "x", function() return fs.read(path) end))) --> text main task thread process
-- Two threads append to one file: each whole.
local function append(c)
    for _ = 1, 300 do assert(plait.fs.append(path .. "2", c:rep(99) .. "\n")) end
end
gather(spawn_thread(append, "a"), spawn_thread(append, "b"), async(append, "c"))
local counts = { a = 0, b = 0, c = 0 }
for line in fs.lines(path .. "2") do
    local c = line:sub(1, 1)
    assert(line == c:rep(99))
    counts[c] = counts[c] + 1
end
print(plait.repr(counts)) --> {a = 300, b = 300, c = 300}
-- The module is captured by name.
print(await(spawn_thread(function() return fs.exists("/"), fs == plait.fs end))) --> true	true
print(plait.fs.nothing, plait.nothing) --> nil	nil
