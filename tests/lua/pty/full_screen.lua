-- A program that draws the whole screen: it is resized, and gets keys.
if plait.exec{ "sh", "-c", "command -v less" }.code ~= 0 then os.exit(77) end
local folder <close> = assert(plait.fs.temp_folder())
local lines = {}
for i = 1, 100 do lines[i] = "line " .. i .. "." end
local path = folder.path .. "/lines"
plait.fs.write(path, table.concat(lines, "\n"))
local p = spawn_process{ "less", path, pty = { cols = 40, rows = 10 }, env = { TERM = "vt100", PATH = os.getenv("PATH") } }
local first = p.pty:read_until("line 9.", 20)
print(first:find("line 1.", 1, true) ~= nil, first:find("line 10.", 1, true)) --> true	nil
p.pty:write(" ")
p.pty:read_until("line 18.", 20)
p.pty:resize(40, 30)
p.pty:read_until("line 38.", 20)
p.pty:write("q")
p.pty:read("a")
print(await(p)) --> 0
