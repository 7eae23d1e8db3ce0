-- Python's prompt, which edits lines and shows colours where it has a terminal.
if plait.exec{ "sh", "-c", "command -v python3" }.code ~= 0 then os.exit(77) end
local p = spawn_process{ "python3", "-q", "-i", pty = true }
p.pty:read_until(">>> ", 60)
p.pty:write("print('re' + 'sult', 6 * 7, __import__('sys').stdin.isatty())\n")
print((p.pty:read_until("result", 60)):match("print") ~= nil, (p.pty:read("l"):gsub("[^%w ]", ""))) --> true	 42 True
p.pty:read_until(">>> ", 60)
p.pty:write("import time; print('be' + 'gin'); time.sleep(600)\n")
p.pty:read_until("begin", 60)
p.pty:write("\3")
p.pty:read_until("KeyboardInterrupt", 60)
p.pty:read_until(">>> ", 60)
p.pty:write("exit(3)\n")
p.pty:read("a")
print(await(p)) --> 3
