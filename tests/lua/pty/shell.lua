-- A shell has its terminal: it leads a session, has jobs, reads what is typed, and its standard files are that terminal.
local p = spawn_process{ "sh", "-i", pty = true, env = { PATH = os.getenv("PATH"), PS1 = "", ENV = "" } }
local pty = p.pty
pty:write("stty -echo; echo beg''in\n")
pty:read_until("begin\r\n", 20)
local function ask(line)
    pty:write(line, "\n")
    return (pty:read("l", { timeout = 20 }):gsub("\r$", ""))
end
print(ask("test -t 0 && test -t 1 && test -t 2 && echo all")) --> all
print(tonumber(ask("cut -d' ' -f6 /proc/$$/stat")) == p.pid, tonumber(ask("cut -d' ' -f8 /proc/$$/stat")) ~= p.pid) --> true	true
print(ask("tty") ~= "not a tty", ask("echo x >/dev/tty")) --> true	x
print(ask("ls /proc/$$/fd | grep -c '^[012]$'")) --> 3
-- Ctrl-C ends what is in the foreground, and not the shell; Ctrl-Z stops it.
pty:write("echo in; cat\n")
pty:read_until("in\r\n", 20)
print(ask("typed")) --> typed
pty:write("\3")
print(ask("") , ask("echo status $?")) --> 	status 130
pty:write("echo in; cat\n")
pty:read_until("in\r\n", 20)
print(ask("typed")) --> typed
pty:write("\26")
pty:read_until("Stopped", 20)
pty:write("kill -KILL %1; echo sti''ll\n")
print(pty:read_until("still\r\n", 20) ~= nil) --> true
pty:write("exit 7\nexit 7\n") -- with a job that was stopped it has to be said twice
pty:read("a")
print(await(p), pty:read("l"), pty:read(1)) --> 7	nil	nil
