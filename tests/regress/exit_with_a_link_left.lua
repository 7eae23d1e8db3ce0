-- os.exit with a program that has ended by itself, and whose link nobody serves any more: the process ends.
plait.Pool{ processes = 1, command = { "cat" } }:close()
local path = "/proc/" .. plait.processes()[1].pid
while true do -- nobody else runs meanwhile
    local file = io.open(path .. "/stat")
    if not file then break end
    file:close()
end
print("gone") --> gone
os.exit(0)
