-- stdin, stdout and stderr as names of files, for functions and programs.
local function write(name, text) local file <close> = io.open(name, "w") file:write(text) end
local function read(name) local file <close> = io.open(name) return (file:read("a"):gsub("\n", "|")) end
write("in", "a line\n")
await(spawn_process{ "sh", "-c", "cat; echo error >&2", stdin = "in", stdout = "out", stderr = "err" })
print(read("out"), read("err")) --> a line|	error|
write("out", ("old"):rep(1000))
await(spawn_process{ function()
    print(io.read("l"), io.read("l"))
    io.stderr:write("from a function\n")
end, stdin = "in", stdout = "out", stderr = "err" })
print(read("out"), read("err")) --> a line	nil|	from a function|
local ok, err = pcall(spawn_process, { "cat", stdin = "not there" })
print(ok, plait.kind(err), tostring(err):find("'not there'", 1, true) ~= nil) --> false	usage	true
