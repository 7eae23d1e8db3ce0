-- Two strands use one file: each operation is whole, first come, first served.
local fs = plait.fs
local folder <close> = assert(fs.temp_folder())
local path = folder.path .. "/a"
local LINES = 3000
do
    local f <close> = assert(fs.open(path, "w"))
    local writers = {}
    for w = 1, 4 do
        writers[w] = async(function()
            for i = 1, LINES // 4 do assert(f:write(w, ":", i, ":", ("x"):rep(w * 50), "\n")) end
        end)
    end
    gather(writers)
end
local function check(lines)
    local next_of, count = { 0, 0, 0, 0 }, 0
    for _, line in ipairs(lines) do
        local w, i, xs = line:match("^(%d):(%d+):(x+)$")
        w, i = tonumber(w), tonumber(i)
        assert(#xs == w * 50)
        next_of[w] = next_of[w] + 1
        count = count + 1
        assert(i == next_of[w])
    end
    return count
end
local f <close> = assert(fs.open(path))
local lines = {}
local function read()
    for line in f:lines() do lines[#lines + 1] = line end
end
gather(async(read), async(read), async(read))
print(check(lines)) --> 3000

-- Those who are cancelled or time out while they wait for their turn, or read, take nothing away.
f:seek("set")
lines = {}
local reader = async(read)
local victims = {}
for i = 1, 100 do
    victims[i] = async(function() f:read(1 << 30) end)
    if i % 2 == 0 then plait.yield() end
    victims[i]:cancel()
    local got, message = f:read(1 << 30, { timeout = 0 })
    assert(message == "timeout", tostring(message) .. tostring(got and #got))
end
await(reader)
plait.wait(victims)
print(check(lines)) --> 3000

-- Closed while others wait for their turn: they are told.
local g = assert(fs.open(path))
local first = async(function() return #g:read("a") > 0 end)
local closer = async(function() return g:close() end)
local late = async(function() return g:read("l") end)
print(await(first), await(closer)) --> true	true
print(await(late)) --> nil	closed
-- The same for a write that goes on when nobody waits for it any more: the next one comes after it.
local h <close> = assert(fs.open(path, "w+"))
local big = ("a"):rep(1 << 22)
for _ = 1, 20 do
    local task = async(function() h:seek("set") h:write(big) end)
    sleep(0.001)
    task:cancel()
    plait.wait{ task }
    h:seek("set")
    assert(h:write("b"))
    assert(fs.read(path):sub(1, 1) == "b")
end
