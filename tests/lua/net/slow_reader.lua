-- A server that writes without end to somebody who does not read waits: nothing is kept for him but what the system keeps. A time-out
-- ends the wait, and what has been written comes in its order when he reads at last.
local net = plait.net
local temporary <close> = assert(plait.fs.temp_folder())
local function resident() -- KiB
    local file <close> = io.open("/proc/self/status")
    return tonumber(file:read("a"):match("VmRSS:%s*(%d+)"))
end
local function pair(address)
    local listener <close> = assert(net.listen(address))
    local far = async(listener.accept, listener)
    return assert(net.connect(listener.address)), await(far)
end
local much = ("x"):rep(1 << 20)
local is_sane = os.getenv("PLAIT_PRESET") == "asan" or os.getenv("PLAIT_PRESET") == "tsan" -- they keep what was freed
for _, address in ipairs{ "localhost:0", "unix:" .. temporary.path .. "/socket" } do
    local near, far = pair(address)
    while far:write(much, { timeout = 0.02 }) do end
    print(far:write(much, { timeout = 0 }))
    collectgarbage()
    local before, tries = resident(), 0
    for _ = 1, 100 do
        for _ = 1, 5 do
            if far:write(much, { timeout = 0 }) == nil then tries = tries + 1 end
        end
        plait.yield()
    end
    collectgarbage()
    print(tries, is_sane or resident() - before < 32768)
    near:close()
    far:close()
    -- Many strands that all wait to write, each for a reader of its own who does not read.
    local count = 0
    local pairs, writers = {}, {}
    for i = 1, 20 do
        local here, there = pair(address)
        pairs[i] = { here, there }
        writers[i] = async(function()
            local line = 0
            while true do
                line = line + 1
                if not there:write(line, " ", much:sub(1, 1000), "\n") then return "over" end
                count = count + 1
            end
        end)
    end
    repeat
        local last = count
        pairs[1][2]:read(1, { timeout = 0.1 }) -- nothing comes
    until count == last
    local most = count
    local right = 0
    for i = 1, 20 do
        for line = 1, 500 do
            if pairs[i][1]:read("n", "l") == line then right = right + 1 end
        end
    end
    print(most > 0, right)
    for i = 1, 20 do pairs[i][1]:close() end
    for i = 1, 20 do
        if await(writers[i]) ~= "over" then print("went on") end
        pairs[i][2]:close()
    end
end
--> nil	timeout
--> 500	true
--> true	10000
--> nil	timeout
--> 500	true
--> true	10000
