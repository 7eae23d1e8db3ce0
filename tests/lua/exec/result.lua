-- What a program comes to: its status or the signal, and what it has printed.
local function show(r) print(r.code, r.signal, ("%q %q"):format(r.stdout, r.stderr)) end
show(plait.exec{ "printf", "out" }) --> 0	nil	"out" ""
show(plait.exec{ "sh", "-c", "printf out; printf err >&2; exit 3" }) --> 3	nil	"out" "err"
show(plait.exec{ "sh", "-c", "kill -KILL $$" }) --> nil	9	"" ""
show(plait.exec{ "printf", "%s-%s", 1, 2.5 }) --> 0	nil	"1-2.5" ""
show(plait.exec{ "sh", "-c", "pwd; printf $NAME", cwd = "/", env = { NAME = "x" } })
--> 0	nil	"/\
--> x" ""
-- The end of its outputs is not its end.
show(plait.exec{ "sh", "-c", "exec >&- 2>&-; sleep 0.05; exit 4" }) --> 4	nil	"" ""
-- Others go on meanwhile.
local ticks = 0
local clock = plait.every{ 0.005, function() ticks = ticks + 1 end, daemon = true }
plait.exec{ "sleep", "0.1" }
print(ticks > 3) --> true
clock:cancel()
local task = async(plait.exec, { "printf", "in a task" })
local thread = spawn_thread(function() return plait.exec{ "printf", "in a thread" }.stdout end)
print(await(task).stdout, await(thread)) --> in a task	in a thread
local ok, err = pcall(plait.exec, { "/there/is/none" })
print(ok, plait.kind(err), err.message:match("cannot.*")) --> false	usage	cannot start program '/there/is/none': No such file or directory
