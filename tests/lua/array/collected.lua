-- Arrays nobody has give memory and descriptors back, in every process.
local function count_open()
    collectgarbage()
    local n = 0
    local files <close> = io.popen("ls -l /proc/" .. plait.pid() .. "/fd 2>/dev/null")
    for line in files:lines() do
        if line:find("plait array", 1, true) then n = n + 1 end
    end
    return n
end
local kept = plait.Array("u8", 1)
for _ = 1, 3000 do plait.Array("f64", 1e6) end -- 24 GB, if all were there
print(count_open()) --> 1

local ch, done = plait.Channel(1), plait.Channel(1)
local h = spawn_process(function()
    for a in ch do a:add(1, 1) end
    done:send(true)
end)
for i = 1, 2000 do
    local a = plait.Array("i32", 2)
    ch:send(a)
end
ch:close()
print(done:recv()) --> true
await(h)
-- The parent's end is closed a little after the child's.
local give_up = plait.now() + 20
while count_open() > 1 and plait.now() < give_up do plait.yield() end
print(count_open(), kept[1]) --> 1	0
