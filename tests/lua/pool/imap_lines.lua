-- io.lines is a source like others; its file is closed when the loop is left.
do
    local f <close> = io.open("input", "w")
    for i = 1, 100 do f:write("line ", i, "\n") end
end
local pool <close> = plait.Pool(2)
local function open_files()
    local count = 0
    for fd = 3, 60 do
        local link = io.popen("readlink /proc/" .. plait.pid() .. "/fd/" .. fd):read("a")
        if link:find("/input\n$") then count = count + 1 end
    end
    return count
end
local n = 0
for size in pool:imap(string.len, io.lines("input")) do n = n + size end
print(n) --> 692
for size in pool:imap(string.len, io.lines("input")) do
    n = open_files()
    break
end
print(n, open_files()) --> 1	0
