-- Thousands of files at once, by a thousand tasks; meanwhile others run.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local preset = os.getenv("PLAIT_PRESET")
local FILES = (preset == "asan" or preset == "tsan") and 2000 or 10000
local TASKS = 1000
local tasks = {}
for t = 1, TASKS do
    tasks[t] = async(function()
        for i = t, FILES, TASKS do assert(fs.write(("%s/%d"):format(folder.path, i), ("%d,"):format(i):rep(i % 300))) end
    end)
end
gather(tasks)
local ticks, sum = 0, 0
local ticker = async(function()
    while true do
        plait.yield()
        ticks = ticks + 1
    end
end)
for t = 1, TASKS do
    tasks[t] = async(function()
        for i = t, FILES, TASKS do
            local text = assert(fs.read(("%s/%d"):format(folder.path, i)))
            assert(text == ("%d,"):format(i):rep(i % 300))
            sum = sum + 1
        end
    end)
end
gather(tasks)
ticker:cancel()
print(sum == FILES, #fs.list(folder.path) == FILES, ticks > 0) --> true	true	true
-- All of them open.
local open = {}
for i = 1, 500 do open[i] = async(function() return assert(fs.open(("%s/%d"):format(folder.path, i))) end) end
for i, f in ipairs(gather(open)) do
    assert(f:read("a") == ("%d,"):format(i):rep(i % 300))
    f:close()
end
