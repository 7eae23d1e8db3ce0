-- What several append at once stands there in one piece each, however large.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/log"
local SIZE, TIMES = 5 << 20, 4

local writers = {}
for i = 1, 2 do
    writers[i] = spawn_thread(function()
        local block = tostring(i):rep(SIZE)
        for _ = 1, TIMES do assert(plait.fs.append(path, block)) end
    end)
end
for i = 1, 2 do await(writers[i]) end
local file <close> = assert(fs.open(path))
local count = 0
for block in file:lines(SIZE) do
    assert(block == block:sub(1, 1):rep(SIZE), "two are mixed")
    count = count + 1
end
print(count == 2 * TIMES) --> true
