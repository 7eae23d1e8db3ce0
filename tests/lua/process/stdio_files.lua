-- stdin, stdout and stderr as open files; what was written before comes first.
local file <close> = io.tmpfile()
file:write("first\n")
await(spawn_process{ "sh", "-c", "echo out; echo err >&2", stdout = file, stderr = file })
await(spawn_process{ function() print("function") io.stderr:write("its error\n") end, stdout = file, stderr = file })
file:seek("set")
print((file:read("a"):gsub("\n", "."))) --> first.out.err.function.its error.
file:seek("set")
file:read("l")
local input <close> = io.tmpfile()
input:write("for the child\n")
input:flush()
input:seek("set")
await(spawn_process{ "cat", stdin = input }) --> for the child
