-- plait's own prompt: lines are evaluated, Ctrl-C drops what runs, and Ctrl-D is the end.
local env = { PATH = os.getenv("PATH"), TERM = "dumb" }
for _, name in ipairs{ "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS" } do env[name] = os.getenv(name) end
local p = spawn_process{ os.getenv("PLAIT"), "-i", pty = true, env = env }
local pty = p.pty
pty:read_until("> ", 60)
pty:write("=6 * 7 .. '!'\n")
pty:read_until("42!", 60)
pty:read_until("> ", 60)
pty:write("io.write('be', 'gin\\n') while true do local t = {} end\n")
pty:read_until("begin", 60)
pty:write("\3")
pty:read_until("interrupted", 60)
pty:read_until("> ", 60)
pty:write("=await(async(function() sleep(0.01) return 'awa' .. 'ited' end))\n")
pty:read_until("awaited", 60)
pty:read_until("> ", 60)
pty:write("\4")
pty:read("a")
print(await(p)) --> 0
