-- What a cancelled operation had opened is closed by then, not when the collector comes to it.
local fs = plait.fs
local files = require "files"
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/a"
assert(fs.write(path, "x"))
local function open() return assert(fs.open(path)) end

local function run()
    for _ = 1, 300 do
        local tasks = {}
        for i = 1, 4 do tasks[i] = async(open) end
        plait.yield()
        for i = 1, 4 do tasks[i]:cancel() end
        for i = 1, 4 do
            local ok, opened = pcall(await, tasks[i])
            if ok then opened:close() end
        end
    end
end

open():close()
local before = files.count_open()
collectgarbage("stop")
run()
print(files.wait_for_open(before)) --> true
collectgarbage("restart")
