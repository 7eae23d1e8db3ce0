-- An open that has made its file when it is given up leaves none behind.
local fs = plait.fs
local files = require "files"
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/new"
local function is_there()
    local f <close> = io.open(path)
    return f ~= nil
end
local task = async(fs.open, path, "wx")
plait.yield()
while not is_there() do end -- in the pool it is done; the task does not know yet, since this does not wait
task:cancel()
print(plait.kind(select(2, pcall(await, task)))) --> cancelled
print(files.wait_for_names(folder.path, "")) --> true
-- One that was not new stays.
assert(fs.write(path, "x"))
task = async(fs.open, path, "w")
plait.yield()
task:cancel()
pcall(await, task)
print(fs.exists(path)) --> true
local f <close> = fs.open(folder.path .. "/kept", "wx")
f:close()
print(fs.exists(folder.path .. "/kept")) --> true
