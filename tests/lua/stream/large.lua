-- Much, through both streams of a program at once, by two strands; a long line is refused before it fills the memory.
local preset = os.getenv("PLAIT_PRESET")
local TIMES = (preset == "asan" or preset == "tsan") and 20 or 200
local p = spawn_process{ "cat", stdin = "pipe", stdout = "pipe" }
local block = ("0123456789"):rep(100000)
local writer = async(function()
    for _ = 1, TIMES do assert(p.stdin:write(block)) end
    p.stdin:close()
end)
local size, right = 0, true
for piece in p.stdout:lines(1000000) do
    size = size + #piece
    right = right and piece == block
end
await(writer)
print(size == TIMES * 1000000, right, await(p)) --> true	true	0
local endless = spawn_process{ "sh", "-c", "yes | tr -d '\\n'", stdout = "pipe" }
print(endless.stdout:read("l")) --> nil	stdout of sh: a line is longer than 67108864 bytes	27
pcall(await, endless:cancel())
