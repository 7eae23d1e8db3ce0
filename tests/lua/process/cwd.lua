-- cwd is the directory of a child that runs a function, and of a program.
assert(os.execute("mkdir -p inner"))
local function here() local out <close> = io.popen("pwd") return out:read("l"):match("[^/]*$") end
local before = here()
print(await(spawn_process{ here, cwd = "inner" })) --> inner
await(spawn_process{ "sh", "-c", "basename $(pwd)", cwd = "inner" }) --> inner
print(here() == before, await(spawn_process(here)) == before) --> true	true
local ok, err = pcall(spawn_process, { "true", cwd = "no such directory" })
print(ok, plait.kind(err)) --> false	usage
