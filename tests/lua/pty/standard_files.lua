-- Standard files may be others; the terminal is the program's all the same. The end of a terminal is the end of a stream.
local p = spawn_process{ "sh", "-c", "read x; echo $x; echo err >&2; echo tty >/dev/tty", pty = true, stdout = "pipe", stderr = "stdout" }
p.pty:write("typed\n")
print(p.stdout:read("l", "l", "l")) --> typed	err	nil
print(p.pty:read("l"):gsub("\r", "<CR>")) --> typed<CR>	1
print(p.pty:read("l"):gsub("\r", "<CR>")) --> tty<CR>	1
print(p.pty:read("l"), await(p)) --> nil	0
local all = spawn_process{ "sh", "-c", "cat; echo hidden >/dev/tty; test -t 2; echo $?", pty = true, stdin = "pipe", stdout = "pipe", stderr = "null" }
all.stdin:write("x\n")
all.stdin:close()
print(all.stdout:read("l", "l")) --> x	1
print((all.pty:read("a"):gsub("\r\n", ""))) --> hidden
print(await(all)) --> 0
-- Ctrl-D is the end of what is typed.
local cat = spawn_process{ "cat", pty = true }
cat.pty:write("a\n\4")
print((cat.pty:read("a"):gsub("\r\n", " ")), await(cat)) --> a a 	0
-- Much of it, while somebody types: nothing is lost.
local much = spawn_process{ "sh", "-c", "stty raw -echo; echo begin; head -c 1000000 | cksum", pty = true }
much.pty:read_until("begin\n", 20)
local text = ("0123456789"):rep(100000)
local writer = async(function() much.pty:write(text) end)
local sum = plait.exec{ "cksum", stdin = text }.stdout
print(much.pty:read("a") == sum, await(much), (await(writer))) --> true	0	nil
local lines = spawn_process{ "seq", "100000", pty = true }
local n = 0
for line in lines.pty:lines() do
    n = n + 1
    assert(tonumber((line:gsub("\r$", ""))) == n)
end
print(n, await(lines)) --> 100000	0
