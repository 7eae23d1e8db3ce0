-- Small files are read, each as a whole.
--   files_read   by 100 tasks, with plait.fs
--   files_one    by one task, with plait.fs: one after the other
--   files_plain  with io, in a loop
local bench = dofile((arg[0]:match("^.*/") or "") .. "bench.lua")
if not bench.has("fs") then return end

local FILES, TASKS = 10000, 100
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local paths = {}
for i = 1, FILES do
    paths[i] = ("%s/%d"):format(folder.path, i)
    local file <close> = assert(io.open(paths[i], "w"))
    file:write(("%d\n"):format(i):rep(20))
end

bench.measure("files_read", function(count)
    local tasks = {}
    for t = 1, TASKS do
        tasks[t] = async(function()
            for i = t, count, TASKS do assert(fs.read(paths[i % FILES + 1])) end
        end)
    end
    gather(tasks)
end)

bench.measure("files_one", function(count)
    for i = 1, count do assert(fs.read(paths[i % FILES + 1])) end
end)

bench.measure("files_plain", function(count)
    for i = 1, count do
        local file <close> = assert(io.open(paths[i % FILES + 1]))
        assert(file:read("a"))
    end
end)
